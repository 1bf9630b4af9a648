#pragma once
#include <memory>
#include <span>
#include <vector>

#include "pipeline/evaluate/file_scene.hpp"
#include "pipeline/evaluate/steps.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/report/evaluate_report.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/scored_split.hpp"

// Maps of all windows of a dataset's fine cells, as `predict` makes them.
namespace unetsr::pipeline {

// Of the network alone. `coarse_sif`: of all windows, instead of the file's.
std::shared_ptr<MapStore> uncorrected_maps(const FinishedRun&, const FileScene&,
                                           const data::CoarseSif* coarse_sif = nullptr);

// Maps as corrected, and how much of their errors' variance is left (see Conserver::Outcome; null: all of it).
struct CorrectedMaps {
  std::shared_ptr<const MapStore> maps, error_left;

  std::vector<float> left_in(int window) const { return error_left ? error_left->read(window) : std::vector<float>(); }
};
CorrectedMaps corrected_maps(const std::shared_ptr<const MapStore>&, const FileScene&, const FinishedRun&, Conservation,
                             const data::ShareReached& reached);

// What `predict` corrects a run's maps by where nothing else is asked for.
Conservation product_conservation(const FinishedRun&, const data::DatasetFile&);

// Fills in the pictures of the map of a run and of its standard deviation.
void set_map(report::EvaluatedRun&, const FinishedRun&, const CorrectedMaps& product, const PictureScale&);

// Fills in what the page draws: the scene, the maps of the runs that it shows (no other run keeps its map), and the map
// of the best baseline, fitted as for the first of these runs. `runs` and `splits` are in the order of the report's
// runs.
void add_region_maps(report::EvaluateReport&, const std::vector<FinishedRun>& runs,
                     const std::vector<ScoredSplit>& splits, const FileScene&);

}  // namespace unetsr::pipeline
