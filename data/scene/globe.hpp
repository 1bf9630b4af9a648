#pragma once
#include <cstdint>
#include <optional>

#include "data/scene/observation.hpp"

namespace unetsr::data {

// A made-up globe for tests of load: continents, SIF by latitude, season and a wide field. Nothing over the sea.
std::optional<Surface> globe_surface(Date, uint64_t seed, GeoPoint);

}  // namespace unetsr::data
