#pragma once
#include <memory>

#include "data/baselines/fitted_baseline.hpp"
#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::data {

// The data mining sharpener (Gao, Kustas, Anderson 2012, doi 10.3390/rs4113287) with one model a window: bagged
// regression trees (data/regression/regression_trees.hpp) of the coarse SIF on the coarse bands (NDVI, EVI, red, NIR,
// NIRv), over a window's coarse cells of `training` (of all windows, where the window has fewer than 50), applied to
// the fine bands; their residual on the coarse grid is interpolated bilinearly and added. A coarse cell's weight is one
// over the coefficient of variation of its fine bands; the least homogeneous fifth is omitted. `granules`: the coarse
// layers of all windows.
std::unique_ptr<FittedBaseline> tree_downscaling(const Dataset& granules, const Mask& training);

}  // namespace unetsr::data
