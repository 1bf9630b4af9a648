#pragma once
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/scored_split.hpp"

// Maps of all windows of a dataset's fine cells, as `predict` makes them.
namespace unetsr::pipeline {

// Of the network alone (windows, rows, columns).
std::vector<float> uncorrected_maps(const FinishedRun&, const data::DatasetFile&);

// Maps as corrected, and how much of their errors' variance is left (see Conserver::Outcome).
struct CorrectedMaps {
  std::vector<float> maps, error_left;
};
CorrectedMaps corrected_maps(std::vector<float> maps, const data::DatasetFile&, const FinishedRun&, Conserver&);

// What `predict` corrects a run's maps by where nothing else is asked for.
Conservation product_conservation(const FinishedRun&, const data::Dataset&);

// Fills in the map of a run and its standard deviation.
void set_map(report::EvaluatedRun&, const FinishedRun&, CorrectedMaps);

// Fills in what the page draws: the grid of the maps, coarse cells, the maps of the runs that it shows (no other run
// keeps its map), and the map of the best baseline, fitted as for the first of these runs. `runs` and `splits` are in
// the order of the report's runs.
void add_region_maps(report::EvaluateReport&, const std::vector<FinishedRun>& runs,
                     const std::vector<ScoredSplit>& splits, const data::DatasetFile&, const data::Dataset&);

}  // namespace unetsr::pipeline
