#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::data {

// TsHARP (Agam et al. 2007): least squares of the coarse SIF on the coarse bands (NDVI, EVI, red, NIR, NIRv), over a
// window's coarse cells of `training` (of all windows, where the window has fewer than 50), applied to the fine bands;
// the residual on the coarse grid is interpolated bilinearly and added. Returns (windows, rows, columns) on the fine
// grid, NaN where an input is missing.
std::vector<float> downscale_linear(const Dataset& granules, const Mask& training);

}  // namespace unetsr::data
