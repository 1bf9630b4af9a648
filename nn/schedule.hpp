#pragma once
#include <cstdint>

#include "kernels/enum_names.hpp"

namespace unetsr::nn {

// The learning rate as a function of the step alone, so that a resumed run follows it exactly.
//   constant    the peak throughout
//   cosine      from the peak to 0 along half a cosine
//   one-cycle   from peak / 25 up to the peak in the first 30 % of the steps, then down to peak / 250000, both along
//               half a cosine (Smith and Topin 2019; the numbers are those of PyTorch's OneCycleLR)
// Steps count from 0; beyond the last one the rate stays what it was there.
enum class ScheduleKind { constant, cosine, one_cycle };

struct Schedule {
  ScheduleKind kind = ScheduleKind::constant;
  double peak = 1e-3;
  int64_t steps = 1;

  float operator()(int64_t step) const;
};

}  // namespace unetsr::nn

template <>
struct unetsr::EnumNames<unetsr::nn::ScheduleKind> {
  static constexpr const char* what = "schedule";
  static constexpr std::pair<unetsr::nn::ScheduleKind, const char*> names[] = {
      {unetsr::nn::ScheduleKind::constant, "constant"},
      {unetsr::nn::ScheduleKind::cosine, "cosine"},
      {unetsr::nn::ScheduleKind::one_cycle, "one-cycle"}};
};
