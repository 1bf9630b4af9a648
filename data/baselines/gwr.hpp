#pragma once
#include <memory>

#include "data/baselines/fitted_baseline.hpp"
#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::data {

// Geographically weighted regression (Brunsdon, Fotheringham, Charlton 1996; for downscaling Duan, Li 2016) of the
// coarse SIF on the coarse NIRv: one around each coarse cell, of the nearest coarse cells of `training` in the same
// window (data/regression/local_regression.hpp); where a window has few, one of all. The coefficients, interpolated
// bilinearly, are applied to the fine NIRv; the residual on the coarse grid is interpolated likewise and added.
// `granules`: the coarse layers of all windows.
std::unique_ptr<FittedBaseline> local_downscaling(const Dataset& granules, const Mask& training);

}  // namespace unetsr::data
