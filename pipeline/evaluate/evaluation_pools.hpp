#pragma once
#include <string>
#include <vector>

#include "pipeline/evaluate/scored_run.hpp"
#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline {

// Puts runs together that differ in fold and seed alone: an entry is pooled over its folds, and the mean over its
// seeds. One pool for each part of the scene that some entry held out with all its folds: what else held out that part
// takes its place there too, so that all entries of a pool are scored on the same cells. Entries: networks with their
// maps after a conservation, then baselines; the least RMSE first. Skill is against bicubic interpolation where it is
// among the baselines, else against the first of them. `compared_run`: name of a run whose entry the others'
// differences (less_reference) are to.
std::vector<report::Pool> pools_of(const std::vector<ScoredRun>&, const MapScorer&,
                                   const std::string& compared_run = "");

}  // namespace unetsr::pipeline
