#pragma once
#include <string>

#include "data/dataset/stored_array.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/predict/predict.hpp"
#include "pipeline/train/finished_run.hpp"

namespace unetsr::pipeline {

// What `predict` will hold in memory, in bytes, and where it keeps the rest.
struct PredictMemory {
  double needed = 0, bound = 0;
  double scratch = 0;      // bytes of scratch files, beside the map
  data::ArrayStore store;  // of what a correction makes of all windows and soundings
};

// The network sees a block and its receptive field at once, with the layers that its features are made of.
double memory_of_block(const PredictOptions&, const FinishedRun&, const data::Grid&);

// All in memory where that is within the bound; else what can lie in files does. Throws UsageError where the rest is
// beyond --memory, or more than there is.
PredictMemory plan_memory(const PredictOptions&, double block, Conservation, const CorrectionMemory&,
                          uint64_t available = available_memory());

}  // namespace unetsr::pipeline
