#include "data/scene/vegetation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "data/scene/noise_field.hpp"
#include "data/scene/phenology.hpp"
#include "data/scene/sun.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

enum Stream : uint64_t {
  planting = 32,
  density,
  brightness,
  structure,
  lasting_drought,
  lasting_stress,
  passing = 1024
};

constexpr double km = 1000;

// SIF over NIRv of green leaves and cosine of the sun's zenith angle.
constexpr std::array<double, cover_count> yields = {0, 7.4, 6.1, 7.4, 6.6, 6.2, 6.0};

// Young leaves yield more than those of July.
double yield_of_season(double day_of_year) {
  return 1 + 0.55 / (1 + std::exp((day_of_year - 172) / 7));
}

// What differs from place to place within a cover.
struct Variation {
  double late, density, brightness, structure, stress;
};

class Variations {
 public:
  Variations(uint64_t seed, int day) : seed_(seed), passing_(passing + 2 * uint64_t(day)) {}

  Variation at(MapPoint p, double latitude) const {
    const double drought = 0.8 * field(lasting_drought, 60, p) + 0.6 * field(passing_, 60, p);
    const double stress = 0.8 * field(lasting_stress, 8, p) + 0.6 * field(passing_ + 1, 8, p);
    return {1.5 * (latitude - 45) + 6 * field(planting, 10, p), 1 + 0.09 * field(density, 5, p),
            1 + 0.10 * field(brightness, 20, p), 1 + 0.05 * field(structure, 4, p),
            std::exp(0.16 * drought + 0.16 * stress - 0.025)};
  }

 private:
  double field(uint64_t stream, double scale, MapPoint p) const {
    return NoiseField(seed_, stream, scale * km).at(p.x, p.y);
  }

  uint64_t seed_, passing_;
};

}  // namespace

Vegetation vegetation_on(const Landscape& land, const Window& window, uint64_t seed) {
  const Grid& grid = land.grid;
  Vegetation v{std::vector<float>(size_t(grid.cells())), std::vector<Reflectance>(size_t(grid.cells()))};
  const int first = day_number(window.first), middle = first + window.days() / 2;
  const double day_of_year = middle - day_number({window.first.year, 1, 1}) + 1;
  const double season = yield_of_season(day_of_year);
  const Variations variations(seed, first);
  parallel_for(grid.rows, [&](int64_t row) {
    const double latitude = from_sinusoidal({0, grid.y(int(row))}).latitude;
    const double zenith = sun_at_local_time(middle, 13.5, {0, latitude}).zenith;
    const double light = std::max(0.0, std::cos(zenith * std::numbers::pi / 180));
    for (int column = 0; column < grid.columns; ++column) {
      const size_t cell = size_t(row * grid.columns + column);
      const MapPoint p = {grid.x(column), grid.y(int(row))};
      const Variation here = variations.at(p, latitude);
      Reflectance seen;
      double sif = 0;
      for (int c = 0; c < cover_count; ++c) {
        const double share = double(land.shares[cell][size_t(c)]);
        if (share == 0) continue;
        const Cover cover = Cover(c);
        const double green = std::clamp(green_share(cover, day_of_year, here.late) * here.density, 0.0, 1.0);
        Reflectance leaves = canopy_of(cover), ground = ground_of(cover);
        leaves.nir *= here.structure;
        if (cover != Cover::water) ground = mix(ground, here.brightness, {});
        const Reflectance part = mix(leaves, green, ground);
        seen.red += share * part.red, seen.nir += share * part.nir;
        seen.blue += share * part.blue, seen.mir += share * part.mir;
        sif += share * green * nirv(leaves) * light * yields[size_t(c)] * season * here.stress;
      }
      v.sif[cell] = float(sif);
      v.reflectance[cell] = seen;
    }
  });
  return v;
}

}  // namespace unetsr::data
