#pragma once
#include <nlohmann/json_fwd.hpp>

#include "pipeline/report/reproduce_report.hpp"

namespace unetsr::pipeline {

// metrics.json. Under "paper", every model and baseline has arrays r2, mae, rmse with one value a seed. Under "honest"
// (folds of columns) and "honest_windows", r2, mae and rmse are means over the seeds of scores pooled over all held-out
// cells; *_seeds hold one value a seed and *_sd their standard deviation.
nlohmann::ordered_json reproduce_metrics(const report::ReproduceReport&);

}  // namespace unetsr::pipeline
