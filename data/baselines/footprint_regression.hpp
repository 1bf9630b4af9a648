#pragma once
#include <memory>

#include "data/baselines/fitted_baseline.hpp"

// Baselines that are fitted to single soundings, without a coarse grid: by least squares, each sounding by its error,
// on the means of bands over its footprint. The coefficients are applied to the fine bands; no SIF is among the inputs
// of the map. Maps throw Error where fewer soundings than coefficients have all bands.
namespace unetsr::data {

// A linear regression on NDVI, EVI, red, NIR and NIRv: one for each window with 500 such soundings, else one of the
// soundings of all windows.
std::unique_ptr<FittedBaseline> footprint_regression();

// NIRv times one factor: NIRv in units of SIF, the first guess of footprint training.
std::unique_ptr<FittedBaseline> scaled_nirv();

}  // namespace unetsr::data
