#pragma once
#include <functional>
#include <string>
#include <vector>

#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline {

// The place of the entry of the least finite RMSE among those that are asked for; as many as there are entries where
// there is none.
size_t least_rmse(const std::vector<report::PooledEntry>&, const std::function<bool(const report::PooledEntry&)>& is);

// Two entries that differ in one step of the method: places in the list.
struct EntryPair {
  std::string what;
  size_t from = 0, to = 0;
};

// What denoising, the correction, footprints and the network bring, one after the other, as far as there are such
// entries. Whatever a step does not change is the same on both sides, or the best that there is.
std::vector<EntryPair> contributing_pairs(const std::vector<report::PooledEntry>&);

}  // namespace unetsr::pipeline
