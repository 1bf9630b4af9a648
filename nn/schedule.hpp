#pragma once
#include <cstdint>
#include <string>

namespace unetsr::nn {

enum class ScheduleKind { constant, cosine, one_cycle, step };

// "constant", "cosine", "one-cycle", "step". Throws UsageError.
ScheduleKind schedule_kind(const std::string& name);

// The learning rate of each step, a function of the step alone: resuming needs no state. With t = step / (steps - 1):
//
//   constant    peak
//   cosine      peak (1 + cos(pi t)) / 2
//   one_cycle   cosine from peak / 25 up to peak at t = 0.3, then down to peak / 250,000: PyTorch's OneCycleLR
//   step        peak, a tenth of it from half of the steps on, a hundredth from three quarters on
struct Schedule {
  ScheduleKind kind = ScheduleKind::constant;
  double peak = 1e-3;
  int64_t steps = 1;

  float operator()(int64_t step) const;
};

}  // namespace unetsr::nn
