#pragma once
#include <string>
#include <utility>
#include <vector>

#include "pipeline/report/ablate_report.hpp"
#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline {

using report::AblatedEntry;

// The least difference first. `runs`: the name of each variation and of one of its runs, the reference first.
std::vector<AblatedEntry> ablated_entries(const report::EvaluateReport&,
                                          const std::vector<std::pair<std::string, std::string>>& runs);

// A table for the terminal: RMSE, and its difference from the reference's with a 95 % interval (mW m-2 sr-1 nm-1), R2.
std::string ablation_text(const std::vector<AblatedEntry>&, size_t width);

// `pool`: the scored cells of the entries. Both tables state whether its scores are leaky.
std::string ablation_csv(const std::vector<AblatedEntry>&, const report::Pool& pool);
std::string ablation_json(const std::vector<AblatedEntry>&, const std::string& dataset, const report::Pool& pool);

}  // namespace unetsr::pipeline
