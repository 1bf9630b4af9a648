#include "pipeline/predict/predict_memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/error.hpp"
#include "pipeline/console/memory_size.hpp"
#include "pipeline/console/size_text.hpp"

namespace unetsr::pipeline {

PredictMemory plan_memory(const PredictOptions& o, const std::vector<StepMemory>& steps, uint64_t available) {
  constexpr double program = 1.5e8;  // with buffers of the files
  double all = 0, held = 0, stored = 0;
  const StepMemory* most = &steps.front();
  for (const StepMemory& step : steps) {
    all = std::max(all, step.memory.held + step.memory.stored);
    stored = std::max(stored, step.memory.stored);
    if (step.memory.held > held) held = step.memory.held, most = &step;
  }
  PredictMemory memory;
  memory.bound = o.memory.empty() ? double(available) / 2 : memory_size("memory", o.memory);
  memory.needed = program + all;
  if (stored > 0 && memory.needed > memory.bound) {
    memory.needed = program + held;
    memory.scratch = stored;
    memory.store.beside = o.out;
  }
  refuse_beyond_memory(memory.needed, most->what, most->advice, available);
  if (!o.memory.empty() && memory.needed > memory.bound)
    throw UsageError(fmt::format("{} needs about {} of memory, more than --memory {} allows; {}", most->what,
                                 size_text(memory.needed), size_text(memory.bound), most->advice));
  return memory;
}

}  // namespace unetsr::pipeline
