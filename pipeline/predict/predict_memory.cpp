#include "pipeline/predict/predict_memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/error.hpp"
#include "pipeline/console/memory_size.hpp"
#include "pipeline/console/size_text.hpp"

namespace unetsr::pipeline {

double memory_of_block(const PredictOptions& o, const FinishedRun& run, const data::Grid& grid) {
  constexpr double feature_cell = 24;  // a layer as it is read, the feature, and the network's input
  const auto seen = [&](int size) { return std::min(double(size), o.block + 2.0 * run.mapper.radius); };
  const double cells = seen(grid.rows) * seen(grid.columns);
  return memory_of(run.network->members().front()->network().spec(), cells, false) +
         feature_cell * double(input_channels(run.mapper.features).size()) * cells;
}

PredictMemory plan_memory(const PredictOptions& o, double block, Conservation kind, const CorrectionMemory& correction,
                          uint64_t available) {
  constexpr double program = 1.5e8;  // with buffers of the files
  PredictMemory memory;
  memory.bound = o.memory.empty() ? double(available) / 2 : memory_size("memory", o.memory);
  memory.needed = program + std::max(block, correction.held + correction.stored);
  if (correction.stored > 0 && memory.needed > memory.bound) {
    memory.needed = program + std::max(block, correction.held);
    memory.scratch = correction.stored;
    memory.store.beside = o.out;
  }
  const bool of_block = block > correction.held;
  const std::string what = of_block ? fmt::format("--block {}", o.block) : "--conserve " + to_string(kind),
                    advice = of_block ? "take a smaller --block" : "take --conserve none, or prepare a smaller --bbox";
  refuse_beyond_memory(memory.needed, what, advice, available);
  if (!o.memory.empty() && memory.needed > memory.bound)
    throw UsageError(fmt::format("{} needs about {} of memory, more than --memory {} allows; {}", what,
                                 size_text(memory.needed), size_text(memory.bound), advice));
  return memory;
}

}  // namespace unetsr::pipeline
