#pragma once
#include "data/scene/spectra.hpp"

namespace unetsr::data {

// Reflectances in the bands of VIIRS's indices; 0..1.
struct ViirsReflectance {
  double red = 0, nir = 0, blue = 0, green = 0;  // I1, I2, M3, M4
  double swir1 = 0, swir2 = 0, swir3 = 0;        // M8, M10, M11
};

// What VIIRS measures where MODIS measures this. Each band is linear in those of MODIS, with coefficients of typical
// spectra of soil and leaves, so that the bands of VIIRS hold no more than those four.
ViirsReflectance viirs_reflectance(const Reflectance&);

double evi2(const ViirsReflectance&);  // 2.5 (nir - red) / (nir + 2.4 red + 1)

}  // namespace unetsr::data
