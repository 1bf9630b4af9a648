#pragma once
#include "data/scene/landscape.hpp"

// Reflectances of land covers in the bands of MODIS.
namespace unetsr::data {

struct Reflectance {
  double red = 0, nir = 0, blue = 0, mir = 0;  // bands 1, 2, 3 and 7; 0..1
};

Reflectance canopy_of(Cover);  // closed green leaves
Reflectance ground_of(Cover);  // the ground between them
Reflectance mix(const Reflectance& a, double share_of_a, const Reflectance& b);

double ndvi(const Reflectance&);
double evi(const Reflectance&);  // of MOD13
double nirv(const Reflectance&);

}  // namespace unetsr::data
