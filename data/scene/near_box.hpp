#pragma once
#include "data/geography/region.hpp"
#include "data/scene/circular_orbit.hpp"

namespace unetsr::data {

inline bool holds(const BoundingBox& box, GeoPoint p) {
  return p.longitude >= box.west && p.longitude <= box.east && p.latitude >= box.south && p.latitude <= box.north;
}

// Whether a swath that reaches so many degrees from nadir may touch the box.
inline bool near_box(const BoundingBox& box, GeoPoint nadir, double reach) {
  const GeoPoint middle = {(box.west + box.east) / 2, (box.south + box.north) / 2};
  return arc_between(middle, nadir) <
         arc_between(middle, {box.west, box.south}) + arc_between(middle, {box.east, box.north}) + reach;
}

}  // namespace unetsr::data
