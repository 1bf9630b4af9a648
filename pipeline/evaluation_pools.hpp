#pragma once
#include <vector>

#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline {

// One table for the runs that held out the same cells: each run a row, then its maps after a conservation, then the
// baselines; the least RMSE first. Skill is against the first baseline. Folds and seeds are not put together.
std::vector<report::Pool> pools_of(const std::vector<report::EvaluatedRun>& runs);

}  // namespace unetsr::pipeline
