#include "data/scene/viirs_bands.hpp"

namespace unetsr::data {

ViirsReflectance viirs_reflectance(const Reflectance& r) {
  ViirsReflectance v;
  v.red = 0.96 * r.red + 0.010 * r.nir;
  v.nir = 1.01 * r.nir + 0.02 * r.red;
  v.blue = 0.98 * r.blue + 0.05 * r.red;
  v.green = 0.55 * r.red + 0.45 * r.blue + 0.09 * r.nir;
  v.swir1 = 0.70 * r.nir + 0.60 * r.mir;
  v.swir2 = 0.30 * r.nir + 0.90 * r.mir;
  v.swir3 = 0.88 * r.mir + 0.05 * r.red;
  return v;
}

double evi2(const ViirsReflectance& r) {
  return 2.5 * (r.nir - r.red) / (r.nir + 2.4 * r.red + 1);
}

}  // namespace unetsr::data
