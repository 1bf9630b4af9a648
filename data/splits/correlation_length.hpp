#pragma once
#include "data/dataset/stored_array.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

// The correlation length of values (windows, rows, columns; NaN is missing), in cells: the distance at which their
// covariance has fallen to 1/e. The covariance is the mean, over both axes and all windows, of the products of
// deviations from the window's mean. At distance 0 it is extrapolated from one and two cells, which omits the noise of
// single cells. The length is at most half of the shorter side; 0 where there is nothing but noise.
double correlation_length(StoredSpan<const float> values, Shape);

}  // namespace unetsr::data
