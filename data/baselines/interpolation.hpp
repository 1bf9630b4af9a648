#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"

// Fine SIF of a dataset of granules without any network, as is common practice. The functions of this folder return
// (windows, rows, columns) on the fine grid, NaN where an input is missing.
namespace unetsr::data {

// The coarse SIF unchanged: each fine cell has that of the coarse cell in which it lies.
std::vector<float> downscale_nearest(const Dataset& granules);
// The coarse SIF, interpolated bilinearly between the centres of its cells.
std::vector<float> downscale_bilinear(const Dataset& granules);
std::vector<float> downscale_bicubic(const Dataset& granules);

}  // namespace unetsr::data
