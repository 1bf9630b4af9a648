#pragma once
#include <cstdint>

#include "data/dataset/calendar.hpp"
#include "data/formats/oco_footprints.hpp"
#include "data/geography/region.hpp"
#include "data/scene/observation.hpp"

// The measurements of OCO-2 over a simulated land.
namespace unetsr::data {

// The footprints of a day with their centre in the box, in the order of time: cloud fraction <= 0.8, sun <= 75 degrees
// from the zenith. SIF at 740 nm is the surface's, dimmed by up to 30 % under cloud, plus noise of the sigma that is
// stated (0.29 to 0.55); those at 757 and 771 nm, of which it is made, are a 1.5th and a 2.25th of it. Places are
// exact. Every other orbit looks at the glint: as far from the zenith as the sun. Quality is best up to a cloud
// fraction of 0.1 over land alone with the sun <= 70 degrees, good up to 0.3 and 20 % water. A function of the seed,
// the same at any number of threads; `under` is called by several.
OcoFootprints observe_oco_day(Date, const BoundingBox&, uint64_t seed, const SurfaceUnder& under);

}  // namespace unetsr::data
