#pragma once
#include <cstdint>
#include <optional>

#include "data/scene/observation.hpp"

namespace unetsr::data {

// A made-up world for tests of load: continents, SIF by latitude, season and a wide field. Nothing over the sea.
std::optional<Surface> world_surface(Date, uint64_t seed, GeoPoint);

}  // namespace unetsr::data
