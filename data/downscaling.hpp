#pragma once
#include <string>
#include <vector>

#include "data/dataset.hpp"

// Fine SIF of a dataset of granules without any network: what users do today. Each returns (windows, rows, columns) on
// the fine grid, NaN where an input is missing.
namespace unetsr::data {

// The coarse SIF between the centres of its cells.
std::vector<float> downscale_bilinear(const Dataset& granules);
std::vector<float> downscale_bicubic(const Dataset& granules);

// The coarse SIF shared out in proportion to NIRv = NDVI x NIR (Badgley et al. 2017; the way of Duveiller et al. 2020
// with one index): SIF(coarse) x NIRv / NIRv(coarse), both coarse fields interpolated bilinearly.
std::vector<float> downscale_nirv(const Dataset& granules);

// TsHARP's way (Agam et al. 2007): least squares of the coarse SIF on the coarse bands (NDVI, EVI, red, NIR, NIRv),
// over a window's coarse cells of `training` (of all windows, where the window has fewer than 50), applied to the fine
// bands; what it leaves unexplained on the coarse grid is interpolated bilinearly and added.
std::vector<float> downscale_linear(const Dataset& granules, const Mask& training);

}  // namespace unetsr::data
