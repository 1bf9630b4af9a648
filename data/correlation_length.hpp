#pragma once
#include <span>

#include "kernels/view.hpp"

namespace unetsr::data {

// How far a field (windows, rows, columns; NaN is missing) is like itself: the least distance in cells, along rows and
// columns, at which the mean correlation of cells so far apart is below 1/e. At most a quarter of the shorter side; 0
// for a field that is constant or empty.
int correlation_length(std::span<const float> field, Shape);

}  // namespace unetsr::data
