#include "data/scene/landscape.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

enum Stream : uint64_t {
  fields,
  rotation,
  woods,
  pasture,
  marsh,
  lakes,
  lake_district,
  rivers,
  towns,
  trees,
  tree_density,
  villages
};

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
  const uint64_t field = field_at(p, seed, Land::minnesota).bits;
  // Whole neighbourhoods lean to one crop.
  const double corn = 0.5 + 0.15 * NoiseField(seed, rotation, 60 * km).at(p.x, p.y);
  return double(field >> 40) / double(1 << 24) < corn ? Cover::corn : Cover::soy;
}

Cover minnesota_cover(MapPoint p, uint64_t seed) {
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

double uniform_of(const Patch& patch) {
  return double(patch.bits >> 40) / double(1 << 24);
}

// Trees stand in groups; how many there are changes over tens of km.
Cover grass_or_trees(MapPoint p, uint64_t seed) {
  const double density = 0.3 + 0.22 * NoiseField(seed, tree_density, 30 * km).at(p.x, p.y);
  return uniform_of(patch_at(seed, trees, 0.4 * km, p.x, p.y)) < density ? Cover::woodland : Cover::savanna;
}

Cover savanna_cover(MapPoint p, uint64_t seed) {
  const double river = std::abs(NoiseField(seed, rivers, 70 * km).at(p.x, p.y));
  if (river < 0.004) return Cover::water;
  const double village = NoiseField(seed, villages, 16 * km).at(p.x, p.y);
  if (village > 2.3) return Cover::town;
  const double south = 0.9 * (5.2 - from_sinusoidal(p).latitude);
  const double wet = NoiseField(seed, woods, 40 * km).at(p.x, p.y) + std::clamp(south, -1.8, 1.8);
  if (wet > 0.9 || river < 0.02) return Cover::evergreen;  // galleries line the rivers
  if (NoiseField(seed, marsh, 14 * km).at(p.x, p.y) - 4 * river > 1.4) return Cover::swamp;
  const double field = uniform_of(field_at(p, seed, Land::savanna));
  if (village > 0.5 && field < 0.7) return field < 0.4 ? Cover::maize : Cover::sorghum;
  return grass_or_trees(p, seed);
}

}  // namespace

std::vector<Cover> covers_of(Land land) {
  using enum Cover;
  if (land == Land::savanna) return {water, town, maize, sorghum, savanna, woodland, evergreen, swamp};
  return {water, corn, soy, grass, forest, wetland, town};
}

const char* cover_name(Cover c) {
  constexpr std::array<const char*, cover_count> names = {"water",    "corn",      "soy",   "grass",   "forest",
                                                          "wetland",  "town",      "maize", "sorghum", "savanna",
                                                          "woodland", "evergreen", "swamp"};
  return names[size_t(c)];
}

uint8_t igbp_class(Cover c) {
  constexpr std::array<uint8_t, cover_count> classes = {17, 12, 12, 10, 4, 11, 13, 14, 14, 9, 8, 2, 11};
  return classes[size_t(c)];
}

Cover cover_at(MapPoint p, uint64_t seed, Land land) {
  return land == Land::savanna ? savanna_cover(p, seed) : minnesota_cover(p, seed);
}

Patch field_at(MapPoint p, uint64_t seed, Land land) {
  return patch_at(seed, fields, (land == Land::savanna ? 0.2 : 2.6) * km, p.x, p.y);
}

Landscape make_landscape(const Grid& grid, uint64_t seed, Land kind) {
  return make_landscape(grid, whole(grid), seed, kind);
}

Landscape make_landscape(const Grid& grid, const Part& part, uint64_t seed, Land kind) {
  Landscape land{grid, std::vector<CoverShares>(cells_of(part), CoverShares{}), kind, part};
  parallel_for(part.rows, [&](int64_t row) {
    for (int column = 0; column < part.columns; ++column) {
      CoverShares& shares = land.shares[size_t(row * part.columns + column)];
      for (int j = 0; j < places; ++j)
        for (int i = 0; i < places; ++i) {
          const double across = (i - 1) * grid.x_step / places, down = (j - 1) * grid.y_step / places;
          const MapPoint p = {grid.x(part.column + column) + across, grid.y(part.row + int(row)) + down};
          shares[size_t(cover_at(p, seed, kind))] += 1.0f / (places * places);
        }
    }
  });
  return land;
}

Cover main_cover(const CoverShares& shares) {
  return Cover(std::max_element(shares.begin(), shares.end()) - shares.begin());
}

}  // namespace unetsr::data
