#include "data/scene/vegetation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "data/scene/noise_field.hpp"
#include "data/scene/phenology.hpp"
#include "data/scene/stress.hpp"
#include "data/scene/sun.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

enum Stream : uint64_t { planting = 32, density, brightness, structure };

constexpr double km = 1000;

// SIF over NIRv of green leaves and cosine of the sun's zenith angle.
constexpr std::array<double, cover_count> yields = {0, 7.4, 6.1, 7.4, 6.6, 6.2, 6.0, 7.3, 6.9, 7.0, 6.4, 6.7, 6.3};

double yield_of_season(double day_of_year, const Climate& climate) {
  return 1 + climate.young / (1 + std::exp((day_of_year - climate.grown) / 7));
}

// What differs from place to place within a cover.
struct Variation {
  double late, density, brightness, structure;
};

class Variations {
 public:
  Variations(uint64_t seed, const Climate& climate) : seed_(seed), climate_(climate) {}

  Variation at(MapPoint p, double latitude) const {
    return {climate_.late_per_degree * (latitude - climate_.latitude) + 6 * field(planting, 10, p),
            1 + 0.09 * field(density, 5, p), 1 + 0.10 * field(brightness, 20, p), 1 + 0.05 * field(structure, 4, p)};
  }

 private:
  double field(uint64_t stream, double scale, MapPoint p) const {
    return NoiseField(seed_, stream, scale * km).at(p.x, p.y);
  }

  uint64_t seed_;
  Climate climate_;
};

}  // namespace

Vegetation vegetation_on(const Landscape& land, const Window& window, uint64_t seed, StressKind kind) {
  const Grid& grid = land.grid;
  const Part& block = land.part;
  Vegetation v{std::vector<float>(cells_of(block)), std::vector<Reflectance>(cells_of(block))};
  const int first = day_number(window.first), middle = first + window.days / 2;
  const double day_of_year = middle - day_number({window.first.year, 1, 1}) + 1;
  const Climate climate = climate_of(land.land);
  const double season = yield_of_season(day_of_year, climate);
  const Variations variations(seed, climate);
  std::vector<double> unstressed(cells_of(block));
  parallel_for(block.rows, [&](int64_t row) {
    const double latitude = from_sinusoidal({0, grid.y(block.row + int(row))}).latitude;
    const double zenith = sun_at_local_time(middle, 13.5, {0, latitude}).zenith;
    const double light = std::max(0.0, std::cos(zenith * std::numbers::pi / 180));
    for (int column = 0; column < block.columns; ++column) {
      const size_t cell = size_t(row * block.columns + column);
      const MapPoint p = {grid.x(block.column + column), grid.y(block.row + int(row))};
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
        sif += share * green * nirv(leaves) * light * yields[size_t(c)] * season;
      }
      unstressed[cell] = sif;
      v.reflectance[cell] = seen;
    }
  });
  const std::vector<double> stress = stress_on(land, v.reflectance, window, seed, kind);
  for (size_t i = 0; i < stress.size(); ++i) v.sif[i] = float(unstressed[i] * stress[i]);
  return v;
}

}  // namespace unetsr::data
