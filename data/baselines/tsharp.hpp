#pragma once
#include <memory>

#include "data/baselines/fitted_baseline.hpp"
#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::data {

// TsHARP (Agam et al. 2007): least squares of the coarse SIF on the coarse bands (NDVI, EVI, red, NIR, NIRv), over a
// window's coarse cells of `training` (of all windows, where the window has fewer than 50), applied to the fine bands;
// the residual on the coarse grid is interpolated bilinearly and added. `granules`: the coarse layers of all windows.
std::unique_ptr<FittedBaseline> linear_downscaling(const Dataset& granules, const Mask& training);

}  // namespace unetsr::data
