#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"

namespace unetsr::data {

// The bands that baselines are made of (NDVI, EVI, red, NIR), without the noise of single pixels
// (data/features/denoising.hpp), under the names that the noisy ones have.
struct BaselineBands {
  std::vector<Layer> fine, coarse;
};

// Those of which the dataset has the denoised band, and the band itself on both grids. A coarse band is the dataset's
// own plus the mean over the coarse cell of what denoising changed, so that it keeps the footprints and weights of the
// coarse SIF.
BaselineBands denoised_bands(const Dataset&);

// The dataset's grids, its coarse SIF, and these bands.
Dataset with_bands(const Dataset&, const BaselineBands&);

}  // namespace unetsr::data
