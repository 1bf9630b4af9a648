#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"
#include "pipeline/evaluate/evaluation.hpp"
#include "pipeline/evaluate/steps.hpp"

// Scores against the dataset's own fine SIF.
namespace unetsr::pipeline {

// Runs of the honest protocol on the cells that they held out, beside the baselines. All that held out the same cells
// are scored on those of them where each has its inputs; baselines are fitted to the training cells of the first such
// run. `granules`: what baselines make maps of, see granules_of_scale. No map is corrected: the target is made of the
// soundings that would correct it.
std::vector<RunEvaluation> evaluate_on_target(const std::vector<FinishedRun>&, const std::vector<ScoredSplit>&,
                                              const data::Dataset& scored_grid, const data::Dataset& granules,
                                              MapScorer&, Steps&);

// Runs of the paper's protocol on their test crops, whose scores are leaky.
std::vector<RunEvaluation> evaluate_paper(const std::vector<FinishedRun>&, const data::Dataset&, const MapScorer&);

}  // namespace unetsr::pipeline
