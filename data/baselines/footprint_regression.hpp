#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/footprints/sounding_cells.hpp"

// Baselines that are fitted to single soundings, without a coarse grid: by least squares, each sounding by its error,
// on the means of bands over its footprint. The coefficients are applied to the fine bands; no SIF is among the inputs
// of the map. `soundings`: under the sky that the map is to show (see SoundingCells::clear_clouds); `training` marks
// those to fit to. Return (windows, rows, columns) on the fine grid, NaN where a band is missing. Throw Error where
// fewer soundings than coefficients have all bands.
namespace unetsr::data {

// A linear regression on NDVI, EVI, red, NIR and NIRv: one for each window with 500 such soundings, else one of the
// soundings of all windows.
std::vector<float> downscale_footprint_regression(const Dataset&, const SoundingCells& soundings,
                                                  std::span<const uint8_t> training);

// NIRv times one factor: NIRv in units of SIF, the first guess of footprint training.
std::vector<float> downscale_scaled_nirv(const Dataset&, const SoundingCells& soundings,
                                         std::span<const uint8_t> training);

}  // namespace unetsr::data
