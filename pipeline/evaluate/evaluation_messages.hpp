#pragma once
#include "pipeline/console/output.hpp"
#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline {

// What `evaluate` prints of its scores: a table of runs and their corrected maps, one of the last run's baselines,
// the lowest RMSE of each first; what the scores' intervals hold for, and warnings where they are too narrow; then how
// many values the maps' intervals contain.
void print_scores(const report::EvaluateReport&, const Output&);

}  // namespace unetsr::pipeline
