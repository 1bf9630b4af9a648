#include "nn/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unetsr::nn {
namespace {

// From `start` at 0 to `end` at 1.
double along_cosine(double start, double end, double share) {
  return end + (start - end) / 2 * (1 + std::cos(std::numbers::pi * share));
}

}  // namespace

float Schedule::operator()(int64_t step) const {
  const double last = std::max<double>(1, double(steps - 1)), now = std::min(double(step), last);
  switch (kind) {
    case ScheduleKind::constant:
      break;
    case ScheduleKind::cosine:
      return float(along_cosine(peak, 0, now / last));
    case ScheduleKind::one_cycle: {
      const double top = std::max(0.0, 0.3 * double(steps) - 1), start = peak / 25, end = start / 1e4;
      return float(now <= top ? along_cosine(start, peak, top > 0 ? now / top : 1)
                              : along_cosine(peak, end, (now - top) / (last - top)));
    }
  }
  return float(peak);
}

}  // namespace unetsr::nn
