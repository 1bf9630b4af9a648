#pragma once
#include <cstdint>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/scene/spectra.hpp"
#include "data/scene/world.hpp"

// What a pixel of MODIS sees of a land (Tan et al. 2006). The scan is taken to run along the rows of the grid.
namespace unetsr::data {

// By how much a pixel is longer than at nadir. View zenith angle in degrees, from an orbit 705 km high.
struct PixelGrowth {
  double scan = 1, track = 1;
};
PixelGrowth pixel_growth(double view_zenith);

// In cells, to the right and down.
struct PixelShift {
  double columns = 0, rows = 0;
};
PixelShift pixel_shift(const PixelResponse&, uint64_t seed, int first_day);

// The most cells from a pixel to what it sees, at view zenith angles up to 65 degrees.
inline constexpr int pixel_reach = 8;
// The mean of the cells around (row, column), weighted by the response: of a scene of which `land` holds a part. Beyond
// that its outermost cells go on.
Reflectance seen_by_pixel(const Part&, const std::vector<Reflectance>& land, int row, int column, double view_zenith,
                          const PixelResponse&, const PixelShift&);

}  // namespace unetsr::data
