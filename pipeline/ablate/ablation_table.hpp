#pragma once
#include <string>
#include <utility>
#include <vector>

#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline {

// One variation compared with the reference, on the same cells.
struct AblatedEntry {
  std::string name, model;
  std::vector<std::string> features;
  int64_t parameters = 0;
  int folds = 0, seeds = 0;
  data::Metrics metrics;                // pooled over the folds, the mean over the seeds
  std::optional<data::Metrics> spread;  // over the seeds
  data::Estimate rmse_difference;       // minus the reference's RMSE; 0 for the reference
};

// The least difference first. `runs`: the name of each variation and of one of its runs, the reference first.
std::vector<AblatedEntry> ablated_entries(const report::EvaluateReport&,
                                          const std::vector<std::pair<std::string, std::string>>& runs);

// A table for the terminal: RMSE, and its difference from the reference's with a 95 % interval (mW m-2 sr-1 nm-1), R2.
std::string ablation_text(const std::vector<AblatedEntry>&, size_t width);

// `pool`: the scored cells of the entries. Both tables state whether its scores are leaky.
std::string ablation_csv(const std::vector<AblatedEntry>&, const report::Pool& pool);
std::string ablation_json(const std::vector<AblatedEntry>&, const std::string& dataset, const report::Pool& pool);

}  // namespace unetsr::pipeline
