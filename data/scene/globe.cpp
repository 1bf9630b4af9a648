#include "data/scene/globe.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/scene/noise_field.hpp"
#include "data/scene/sun.hpp"

namespace unetsr::data {
namespace {

enum Stream : uint64_t { continents = 0x7000, biomes };

constexpr double sea_share = 0.64;  // with which a day has about 3.3 million soundings

}  // namespace

std::optional<Surface> globe_surface(Date date, uint64_t seed, GeoPoint p) {
  constexpr double radians = std::numbers::pi / 180, radius = 6371;
  const double longitude = p.longitude * radians, latitude = p.latitude * radians;
  const double x = radius * std::cos(latitude) * std::cos(longitude);
  const double y = radius * std::cos(latitude) * std::sin(longitude), z = radius * std::sin(latitude);
  if (normal_share(NoiseField(seed, continents, 3000).at(x, y, z)) < sea_share) return std::nullopt;
  const double biome = normal_share(NoiseField(seed, biomes, 800).at(x, y, z));  // 0 desert, 1 forest
  const double noon = sun_at_local_time(day_number(date), 12, p).zenith;
  const double season = std::clamp(std::cos(noon * radians), 0.0, 1.0);
  const double green = biome * season;
  const uint8_t cover = biome > 0.7 ? (std::abs(p.latitude) < 25 ? 2 : 4) : biome > 0.4 ? 12 : biome > 0.15 ? 10 : 16;
  return Surface{2.6 * green * green, 0.11 - 0.09 * green, 0.18 + 0.22 * green, cover};
}

}  // namespace unetsr::data
