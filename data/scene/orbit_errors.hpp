#pragma once
#include <cstdint>

#include "data/scene/orbit.hpp"
#include "data/scene/world.hpp"

namespace unetsr::data {

// What a world adds to all soundings of an orbit.
struct OrbitErrors {
  double east = 0, north = 0;  // km, from where was measured to where footprints are delivered
  double offset = 0;           // mW m-2 sr-1 nm-1
};

// A function of the seed and the orbit alone.
OrbitErrors orbit_errors(const World&, uint64_t seed, int orbit);
// The same footprint, moved as it is.
Footprint displaced(const Footprint&, const OrbitErrors&);

}  // namespace unetsr::data
