#pragma once
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"

// Reflectances freed of the noise of single pixels. A sounding is a mean over some thirty cells, where such noise has
// gone: so a network that learns from soundings has no reason to remove it, and copies it into the map.
//
// What a pixel's band would be without noise, the pixel's other bands tell, the mean of its other windows, and the
// means of its eight neighbours: their noise is their own. How they go together differs with the land, so a mixture of
// Gaussians of all these logarithms is fitted to each window. A band's noise is what the others leave unexplained where
// that is least: among the kinds of land that hold some share of all pixels. The estimate is the mean of the band
// without noise, given all that is seen of the pixel (Wiener's filter in each kind of land).
namespace unetsr::data {

struct DenoisedBands {
  std::vector<Layer> layers;  // `red_denoised`, ...; NaN where the band is missing
  std::vector<double> noise;  // of each: 1 sigma in shares of the reflectance, the mean over windows that tell it
};

inline const std::string denoised_suffix = "_denoised";

// Of those of red, nir, blue and mir that the dataset has, where both red and nir are there and a window has 600 pixels
// or more; else none. A reflectance below 0.001 counts as that. The same at any number of threads.
DenoisedBands denoise_bands(const Dataset&);

}  // namespace unetsr::data
