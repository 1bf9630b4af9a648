#include "data/scene/landscape.hpp"

#include <algorithm>
#include <cmath>

#include "data/scene/noise_field.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

enum Stream : uint64_t { fields, rotation, woods, pasture, marsh, lakes, lake_district, rivers, towns };

constexpr double km = 1000;
constexpr int places = 3;  // looked at in each direction of a cell

bool is_water(MapPoint p, uint64_t seed) {
  // Lakes crowd in some districts; rivers wind along the zero line of a wide field.
  const double district = NoiseField(seed, lake_district, 90 * km).at(p.x, p.y);
  if (NoiseField(seed, lakes, 7 * km).at(p.x, p.y) > 2.0 - 0.45 * district) return true;
  return std::abs(NoiseField(seed, rivers, 70 * km).at(p.x, p.y)) < 0.009;
}

bool is_town(MapPoint p, uint64_t seed) {
  const Patch patch = patch_at(seed, towns, 28 * km, p.x, p.y);
  const double size = double(patch.bits >> 40) / double(1 << 24);
  return patch.distance < km * (0.8 + 6 * size * size * size * size);
}

Cover crop_of(MapPoint p, uint64_t seed) {
  const uint64_t field = patch_at(seed, fields, 2.6 * km, p.x, p.y).bits;
  // Whole neighbourhoods lean to one crop.
  const double corn = 0.5 + 0.15 * NoiseField(seed, rotation, 60 * km).at(p.x, p.y);
  return double(field >> 40) / double(1 << 24) < corn ? Cover::corn : Cover::soy;
}

}  // namespace

const char* cover_name(Cover c) {
  constexpr std::array<const char*, cover_count> names = {"water", "corn", "soy", "grass", "forest", "wetland", "town"};
  return names[size_t(c)];
}

uint8_t igbp_class(Cover c) {
  constexpr std::array<uint8_t, cover_count> classes = {17, 12, 12, 10, 4, 11, 13};
  return classes[size_t(c)];
}

Cover cover_at(MapPoint p, uint64_t seed) {
  if (is_water(p, seed)) return Cover::water;
  if (is_town(p, seed)) return Cover::town;
  const GeoPoint place = from_sinusoidal(p);
  const double north_east = 0.42 * (place.longitude + 96.2) + 0.25 * (place.latitude - 46.5);
  const double wood = NoiseField(seed, woods, 45 * km).at(p.x, p.y) + std::clamp(north_east, -1.6, 1.6);
  if (NoiseField(seed, marsh, 14 * km).at(p.x, p.y) + 0.25 * wood > 1.75) return Cover::wetland;
  if (wood > 1.1) return Cover::forest;
  const double dry = NoiseField(seed, pasture, 24 * km).at(p.x, p.y) - 0.3 * std::clamp(north_east, -2.0, 1.0);
  if (dry > 0.55) return Cover::grass;
  return crop_of(p, seed);
}

Landscape make_landscape(const Grid& grid, uint64_t seed) {
  Landscape land{grid, std::vector<CoverShares>(size_t(grid.cells()), CoverShares{})};
  parallel_for(grid.rows, [&](int64_t row) {
    for (int column = 0; column < grid.columns; ++column) {
      CoverShares& shares = land.shares[size_t(row * grid.columns + column)];
      for (int j = 0; j < places; ++j)
        for (int i = 0; i < places; ++i) {
          const double across = (i - 1) * grid.x_step / places, down = (j - 1) * grid.y_step / places;
          const MapPoint p = {grid.x(column) + across, grid.y(int(row)) + down};
          shares[size_t(cover_at(p, seed))] += 1.0f / (places * places);
        }
    }
  });
  return land;
}

Cover main_cover(const CoverShares& shares) {
  return Cover(std::max_element(shares.begin(), shares.end()) - shares.begin());
}

}  // namespace unetsr::data
