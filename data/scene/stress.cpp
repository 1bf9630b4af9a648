#include "data/scene/stress.hpp"

#include <algorithm>
#include <cmath>

#include "data/scene/noise_field.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

enum Stream : uint64_t { lasting_drought = 36, lasting_stress, field_yields, passing = 1024 };

constexpr double km = 1000;
constexpr double drought_size = 0.16, smooth_size = 0.16, texture_size = 0.22, field_size = 0.25;  // 1 sigma
constexpr double typical_texture = 2;
constexpr int reach = texture_reach;

// A field that lasts, and one of the window.
class Changing {
 public:
  Changing(uint64_t seed, uint64_t lasting, uint64_t now, double scale)
      : lasting_(seed, lasting, scale), now_(seed, now, scale) {}
  double at(MapPoint p) const { return 0.8 * lasting_.at(p.x, p.y) + 0.6 * now_.at(p.x, p.y); }

 private:
  NoiseField lasting_, now_;
};

double mean_one(double drought, double other, double size) {
  return std::exp(drought_size * drought + size * other - 0.5 * (drought_size * drought_size + size * size));
}

struct Surroundings {
  double deviation = 0;              // of NIRv
  double nearest = reach + 1;        // cells to another cover
  double cells = 0, of_another = 0;  // counts
};

Surroundings around(const Part& part, const std::vector<Cover>& covers, const std::vector<double>& nirvs, int row,
                    int column) {
  Surroundings s;
  double count = 0, sum = 0, squares = 0;
  const Cover own = covers[size_t(row) * size_t(part.columns) + size_t(column)];
  for (int y = std::max(0, row - reach); y <= std::min(part.rows - 1, row + reach); ++y)
    for (int x = std::max(0, column - reach); x <= std::min(part.columns - 1, column + reach); ++x) {
      const size_t cell = size_t(y) * size_t(part.columns) + size_t(x);
      s.cells += 1;
      if (covers[cell] != own) s.of_another += 1, s.nearest = std::min(s.nearest, std::hypot(y - row, x - column));
      if (std::abs(y - row) > 1 || std::abs(x - column) > 1) continue;
      count += 1, sum += nirvs[cell], squares += nirvs[cell] * nirvs[cell];
    }
  s.deviation = std::sqrt(std::max(0.0, squares / count - sum / count * sum / count));
  return s;
}

double field_yield(MapPoint p, uint64_t seed, Land land) {
  return Random(field_at(p, seed, land).bits, field_yields).normal();
}

}  // namespace

std::vector<double> texture_on(const Landscape& land, const std::vector<Reflectance>& reflectance) {
  const Part& part = land.part;
  std::vector<Cover> covers;
  std::vector<double> nirvs, texture(cells_of(part));
  for (const CoverShares& shares : land.shares) covers.push_back(main_cover(shares));
  for (const Reflectance& r : reflectance) nirvs.push_back(nirv(r));
  parallel_for(part.rows, [&](int64_t row) {
    for (int column = 0; column < part.columns; ++column) {
      const Surroundings s = around(part, covers, nirvs, int(row), column);
      const double rough = std::min(s.deviation / 0.03, 3.0), near = (reach + 1 - s.nearest) / reach;
      texture[size_t(row * part.columns + column)] = rough + near + s.of_another / s.cells - typical_texture;
    }
  });
  return texture;
}

std::vector<double> stress_on(const Landscape& land, const std::vector<Reflectance>& reflectance, const Window& window,
                              uint64_t seed, StressKind kind) {
  const Grid& grid = land.grid;
  const Part& part = land.part;
  const uint64_t now = passing + 2 * uint64_t(day_number(window.first));
  const Changing drought(seed, lasting_drought, now, 60 * km), smooth(seed, lasting_stress, now + 1, 8 * km);
  const std::vector<double> texture =
      kind == StressKind::texture ? texture_on(land, reflectance) : std::vector<double>();
  std::vector<double> stress(cells_of(part));
  parallel_for(part.rows, [&](int64_t row) {
    for (int column = 0; column < part.columns; ++column) {
      const size_t cell = size_t(row * part.columns + column);
      const MapPoint p = {grid.x(part.column + column), grid.y(part.row + int(row))};
      const double dry = drought.at(p);
      stress[cell] = kind == StressKind::smooth    ? std::exp(drought_size * dry + smooth_size * smooth.at(p) - 0.025)
                     : kind == StressKind::texture ? mean_one(dry, -texture[cell], texture_size)
                                                   : mean_one(dry, field_yield(p, seed, land.land), field_size);
    }
  });
  return stress;
}

}  // namespace unetsr::data
