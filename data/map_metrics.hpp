#pragma once
#include <limits>
#include <optional>

#include "data/metrics.hpp"

namespace unetsr::data {

// A figure and its 95 % interval, where one was drawn. NaN: it does not apply here, or cannot be told.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  std::optional<Interval> interval;
};

// How good a map is beyond its cells one by one (Metrics), on the same cells.
//   skill               1 - squared error / squared error of a reference map; 0: no better than it, below 0: worse
//   ssim                mean structural similarity to the target; 1: alike
//   spectral_ratio      power of the map over that of the target at wavelengths shorter than two coarse cells; 1: as
//                       much detail, below 1: too smooth. A noisy target has more power than any good map
//   reaggregation_rmse  root mean square of the map's means over footprints less what was measured there,
//                       mW m-2 sr-1 nm-1
//   negative_share      share of cells below 0
struct MapMetrics {
  Estimate skill, ssim, spectral_ratio, reaggregation_rmse, negative_share;
};

}  // namespace unetsr::data
