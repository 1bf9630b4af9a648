#pragma once
#include <string>
#include <vector>

#include "data/dataset/stored_array.hpp"
#include "pipeline/console/array_memory.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/predict/predict.hpp"

namespace unetsr::pipeline {

// What `predict` will hold in memory, in bytes, and where it keeps the rest.
struct PredictMemory {
  double needed = 0, bound = 0;
  double scratch = 0;      // bytes of scratch files, beside the map
  data::ArrayStore store;  // of what is made of all windows and soundings
};

// What a step takes: `stored` may lie in scratch files. `what` needs it, and what to do where it is too much.
struct StepMemory {
  std::string what, advice;
  ArrayMemory memory;
};

// Steps come one after the other. All in memory where that is within the bound; else what can lie in files does. Throws
// UsageError where the rest is beyond --memory, or more than there is.
PredictMemory plan_memory(const PredictOptions&, const std::vector<StepMemory>&,
                          uint64_t available = available_memory());

}  // namespace unetsr::pipeline
