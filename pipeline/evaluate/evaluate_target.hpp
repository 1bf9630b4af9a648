#pragma once
#include <filesystem>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/dataset_file.hpp"
#include "pipeline/evaluate/evaluation.hpp"
#include "pipeline/evaluate/steps.hpp"

// Scores against the dataset's own fine SIF.
namespace unetsr::pipeline {

// Runs of the honest protocol on the cells that they held out, beside the baselines. All that held out the same cells
// are scored on those of them where each has its inputs; baselines are fitted to the training cells of the first such
// run. `granules`: what baselines make maps of, see granules_of_scale. No map is corrected: the target is made of the
// soundings that would correct it. `others`: maps of others on the scored grid. `folder`: for
// scratch files.
std::vector<RunEvaluation> evaluate_on_target(const std::vector<FinishedRun>&, const std::vector<ScoredSplit>&,
                                              const data::Dataset& scored_grid, const data::Dataset& granules,
                                              const std::vector<data::Layer>& others,
                                              const std::filesystem::path& folder, MapScorer&, Steps&);

// Runs of the paper's protocol on their test crops, whose scores are leaky.
std::vector<RunEvaluation> evaluate_paper(const std::vector<FinishedRun>&, const data::Dataset&, const MapScorer&);

// Fills in what the page draws: the grid of the maps, coarse cells, the maps of the runs that it shows (no other run
// keeps its map), and the map of the best baseline, fitted as for the first of these runs. `runs` and `splits` are in
// the order of the report's runs.
void add_region_maps(report::EvaluateReport&, const std::vector<FinishedRun>& runs,
                     const std::vector<ScoredSplit>& splits, const data::DatasetFile&, const data::Dataset&,
                     const std::filesystem::path& folder);

}  // namespace unetsr::pipeline
