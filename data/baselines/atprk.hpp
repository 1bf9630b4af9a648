#pragma once
#include <memory>

#include "data/baselines/fitted_baseline.hpp"
#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::data {

// Area-to-point regression kriging (Wang, Shi, Atkinson, Zhao 2015): least squares as in linear_downscaling
// (data/baselines/tsharp.hpp), whose residual on the coarse grid is kriged to the fine cells
// (data/regression/area_to_point.hpp), so that the mean of the kriged cells over a coarse cell is its residual.
// `granules`: the coarse layers of all windows.
std::unique_ptr<FittedBaseline> kriged_downscaling(const Dataset& granules, const Mask& training);

}  // namespace unetsr::data
