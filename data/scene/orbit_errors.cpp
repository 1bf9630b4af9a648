#include "data/scene/orbit_errors.hpp"

#include <cmath>
#include <numbers>

#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

enum Stream : uint64_t { directions = 0x8000000000, offsets = 0x9000000000 };

constexpr double radians = std::numbers::pi / 180, degree = 6371 * radians;  // km

}  // namespace

OrbitErrors orbit_errors(const World& world, uint64_t seed, int orbit) {
  OrbitErrors errors;
  Random vector(seed, directions + uint64_t(orbit)), level(seed, offsets + uint64_t(orbit));
  const double length = vector.uniform(world.displacement.least, world.displacement.most);
  const double direction = vector.uniform(0, 2 * std::numbers::pi);
  errors.east = length * std::sin(direction), errors.north = length * std::cos(direction);
  errors.offset = world.biases.orbit * level.normal();
  return errors;
}

Footprint displaced(const Footprint& f, const OrbitErrors& errors) {
  if (errors.east == 0 && errors.north == 0) return f;
  Footprint moved = f;
  const double east = errors.east / degree / std::cos(f.centre.latitude * radians), north = errors.north / degree;
  const auto move = [&](GeoPoint& p) { p = {std::remainder(p.longitude + east, 360.0), p.latitude + north}; };
  move(moved.centre);
  for (GeoPoint& corner : moved.corners) move(corner);
  return moved;
}

}  // namespace unetsr::data
