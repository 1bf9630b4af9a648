#pragma once
#include "pipeline/console/output.hpp"
#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline {

// What `evaluate` prints of its scores: a table of runs, their corrected maps and the last run's baselines, the lowest
// RMSE of each first; then how many values the intervals contain.
void print_scores(const report::EvaluateReport&, const Output&);

}  // namespace unetsr::pipeline
