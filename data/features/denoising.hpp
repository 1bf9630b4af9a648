#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"

// Reflectances without the noise of single pixels. A sounding is a mean over some thirty cells, in which such noise
// averages out: so a network that learns from soundings has no reason to remove it, and copies it into the map.
//
// A pixel's band without noise is predicted from the pixel's other bands, the mean of its other windows, and the means
// of its eight neighbours, whose noise is independent. How these are related differs with the land, so a mixture of
// Gaussians of all their logarithms, one for each kind of land, is fitted to each window. A band's noise is the
// variance that the others leave unexplained in the kind of land where that is least, among those that hold some share
// of all pixels. The estimate is the mean of the band without noise, given all these variables of the pixel (Wiener's
// filter in each kind of land).
namespace unetsr::data {

struct DenoisedBands {
  std::vector<Layer> layers;  // `red_denoised`, ...; NaN where the band is missing
  std::vector<double> noise;  // of each: 1 sigma as a share of the reflectance, the mean over windows with an estimate
};

inline const std::string denoised_suffix = "_denoised";

// Of those of red, nir, blue and mir that the dataset has, where both red and nir are there and a window has 600 pixels
// or more; else none. A reflectance below 0.001 counts as that. The same at any number of threads. `reached` is given
// the share that is done, window by window, and may throw to stop.
DenoisedBands denoise_bands(
    const Dataset&, const std::function<void(double share)>& reached = [](double) {});

}  // namespace unetsr::data
