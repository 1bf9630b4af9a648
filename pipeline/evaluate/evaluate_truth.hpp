#pragma once
#include <vector>
#include "pipeline/evaluate/compared_maps.hpp"

#include "pipeline/evaluate/evaluation.hpp"
#include "pipeline/evaluate/file_scene.hpp"
#include "pipeline/evaluate/steps.hpp"
#include "pipeline/maps/conservation.hpp"

// Scores at the fine cells of a scene whose truth is known.
namespace unetsr::pipeline {

// Maps of runs against the truth, on the fine cells whose coarse cell the run held out, beside what needs no network,
// uncorrected and corrected by soundings. All that held out the same cells are scored on those of them where each has a
// value; baselines are fitted to the training cells of the first such run. `corrections`: after which maps are scored
// once more. Corrections, of networks and of baselines, use the soundings of held-out cells too, like the coarse
// SIF that most baselines are made of. `fill`: also fill gaps and score them, on the held-out cells. `others`: maps of
// others.
std::vector<RunEvaluation> evaluate_against_truth(const std::vector<FinishedRun>&, const std::vector<ScoredSplit>&,
                                                  const FileScene&, const std::vector<ComparedMap>& others,
                                                  const std::vector<Conservation>& corrections, bool fill, MapScorer&,
                                                  Steps&);

}  // namespace unetsr::pipeline
