#include "data/scene/oco_orbit.hpp"

#include <cmath>
#include <numbers>

namespace unetsr::data {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr CircularOrbit orbit = {98.2, 13.6, 233.0 / 16};
constexpr double width = 1.3;  // km

}  // namespace

GeoPoint OcoOrbitDay::nadir(int line) const {
  return orbit.place(orbit.frame_at(time(line)), 0, time(line));
}

std::array<Footprint, oco_footprints> OcoOrbitDay::footprints(int line, double view_zenith) const {
  const double middle = time(line), half = 1. / 6 / std::cos(view_zenith * radians);
  const OrbitFrame now = orbit.frame_at(middle), before = orbit.frame_at(middle - half),
                   after = orbit.frame_at(middle + half);
  const auto place = [&](const OrbitFrame& f, double distance) { return orbit.place(f, distance, middle); };
  const double azimuth = azimuth_of(place(before, 0), place(now, 0));
  std::array<Footprint, oco_footprints> row;
  for (int i = 0; i < oco_footprints; ++i) {
    const double left = (i - oco_footprints / 2) * width, right = left + width;
    row[size_t(i)] = {place(now, (left + right) / 2),
                      {place(before, left), place(before, right), place(after, right), place(after, left)},
                      view_zenith,
                      azimuth};
  }
  return row;
}

int oco_orbit_at(double time) {
  return orbit.number_at(time);
}

}  // namespace unetsr::data
