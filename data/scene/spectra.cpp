#include "data/scene/spectra.hpp"

#include <array>

namespace unetsr::data {

Reflectance canopy_of(Cover c) {
  constexpr std::array<Reflectance, cover_count> canopies = {{{0.030, 0.020, 0.036, 0.010},    // water
                                                              {0.030, 0.450, 0.017, 0.110},    // corn
                                                              {0.031, 0.480, 0.018, 0.120},    // soy
                                                              {0.048, 0.340, 0.026, 0.160},    // grass
                                                              {0.022, 0.340, 0.013, 0.090},    // forest
                                                              {0.028, 0.300, 0.017, 0.080},    // wetland
                                                              {0.045, 0.330, 0.026, 0.150}}};  // town
  return canopies[size_t(c)];
}

Reflectance ground_of(Cover c) {
  constexpr std::array<Reflectance, cover_count> grounds = {{{0.030, 0.020, 0.036, 0.010},    // water
                                                             {0.108, 0.192, 0.057, 0.270},    // corn
                                                             {0.110, 0.194, 0.058, 0.275},    // soy
                                                             {0.105, 0.200, 0.056, 0.260},    // grass
                                                             {0.068, 0.165, 0.036, 0.170},    // forest
                                                             {0.060, 0.130, 0.036, 0.120},    // wetland
                                                             {0.115, 0.185, 0.072, 0.220}}};  // town
  return grounds[size_t(c)];
}

Reflectance mix(const Reflectance& a, double share, const Reflectance& b) {
  const double rest = 1 - share;
  return {share * a.red + rest * b.red, share * a.nir + rest * b.nir, share * a.blue + rest * b.blue,
          share * a.mir + rest * b.mir};
}

double ndvi(const Reflectance& r) {
  return (r.nir - r.red) / (r.nir + r.red);
}

double evi(const Reflectance& r) {
  return 2.5 * (r.nir - r.red) / (r.nir + 6 * r.red - 7.5 * r.blue + 1);
}

double nirv(const Reflectance& r) {
  return ndvi(r) * r.nir;
}

}  // namespace unetsr::data
