#pragma once
#include <span>

#include "kernels/view.hpp"

namespace unetsr::data {

// How many cells apart values (windows, rows, columns; NaN is missing) have lost all but 1/e of their covariance: the
// mean over both axes and all windows of the products of deviations from the window's mean. Noise of single cells is
// left out, as the covariance at no distance is that extrapolated from one and two cells apart. No more than half of
// the shorter side; 0 where there is nothing but noise.
double correlation_length(std::span<const float> values, Shape);

}  // namespace unetsr::data
