#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::data {

// Area-to-point regression kriging (Wang, Shi, Atkinson, Zhao 2015): least squares as in downscale_linear
// (data/baselines/tsharp.hpp), whose residual on the coarse grid is kriged to the fine cells
// (data/regression/area_to_point.hpp), so that the mean of the kriged cells over a coarse cell is its residual. Returns
// (windows, rows, columns) on the fine grid, NaN where an input is missing.
std::vector<float> downscale_atprk(const Dataset& granules, const Mask& training);

}  // namespace unetsr::data
