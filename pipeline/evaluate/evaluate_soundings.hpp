#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"
#include "pipeline/evaluate/evaluation.hpp"

namespace unetsr::pipeline {

// Scores runs that learnt from footprints on the soundings that they held out, beside what needs no network. Every map
// is made of half of the days and compared with the soundings of the other half. Runs that held out the same cells are
// scored on the same soundings. `ceiling_r2`: what a perfect map would reach, since part of the soundings' variance is
// their own noise.
std::vector<EvaluatedRun> evaluate_on_soundings(const std::vector<FinishedRun>&, const data::Dataset& granules,
                                                const MapScorer&, double& ceiling_r2);

}  // namespace unetsr::pipeline
