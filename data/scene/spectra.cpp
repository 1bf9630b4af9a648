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
                                                              {0.045, 0.330, 0.026, 0.150},    // town
                                                              {0.034, 0.410, 0.018, 0.125},    // maize
                                                              {0.036, 0.390, 0.019, 0.135},    // sorghum
                                                              {0.046, 0.320, 0.024, 0.165},    // savanna
                                                              {0.029, 0.330, 0.016, 0.110},    // woodland
                                                              {0.019, 0.360, 0.011, 0.075},    // evergreen
                                                              {0.026, 0.310, 0.016, 0.080}}};  // swamp
  return canopies[size_t(c)];
}

Reflectance ground_of(Cover c) {
  constexpr std::array<Reflectance, cover_count> grounds = {{{0.030, 0.020, 0.036, 0.010},    // water
                                                             {0.108, 0.192, 0.057, 0.270},    // corn
                                                             {0.110, 0.194, 0.058, 0.275},    // soy
                                                             {0.105, 0.200, 0.056, 0.260},    // grass
                                                             {0.068, 0.165, 0.036, 0.170},    // forest
                                                             {0.060, 0.130, 0.036, 0.120},    // wetland
                                                             {0.115, 0.185, 0.072, 0.220},    // town
                                                             {0.160, 0.245, 0.062, 0.340},    // maize, on laterite
                                                             {0.165, 0.250, 0.064, 0.345},    // sorghum
                                                             {0.135, 0.235, 0.055, 0.310},    // savanna
                                                             {0.100, 0.205, 0.045, 0.240},    // woodland
                                                             {0.055, 0.170, 0.030, 0.150},    // evergreen
                                                             {0.062, 0.130, 0.036, 0.125}}};  // swamp
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
