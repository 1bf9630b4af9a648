#include "data/scene/circular_orbit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unetsr::data {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr double earth = 6371;  // km

double wrapped(double longitude) {
  return longitude - 360 * std::floor((longitude + 180) / 360);
}

}  // namespace

OrbitFrame CircularOrbit::frame_at(double time) const {
  const double u = 2 * std::numbers::pi * turns_a_day * time / 86400;
  const double c = std::cos(inclination * radians), s = std::sin(inclination * radians);
  return {{std::cos(u), c * std::sin(u), s * std::sin(u)}, {0, -s, c}};
}

GeoPoint CircularOrbit::place(const OrbitFrame& f, double distance, double time) const {
  const double c = std::cos(distance / earth), s = -std::sin(distance / earth);
  const OrbitFrame::Vector v = {c * f.nadir.x + s * f.left.x, c * f.nadir.y + s * f.left.y,
                                c * f.nadir.z + s * f.left.z};
  const double hours = node_hours + std::atan2(v.y, v.x) / radians / 15;
  return {wrapped(15 * (hours - std::fmod(time, 86400.0) / 3600)), std::asin(std::clamp(v.z, -1.0, 1.0)) / radians};
}

int CircularOrbit::number_at(double time) const {
  return int(std::floor(turns_a_day * time / 86400 + 0.5));
}

double azimuth_of(GeoPoint to, GeoPoint from) {
  const double turn = (to.longitude - from.longitude) * radians;
  const double a = from.latitude * radians, b = to.latitude * radians;
  return std::atan2(std::sin(turn) * std::cos(b),
                    std::cos(a) * std::sin(b) - std::sin(a) * std::cos(b) * std::cos(turn)) /
         radians;
}

double arc_between(GeoPoint a, GeoPoint b) {
  const double u = a.latitude * radians, v = b.latitude * radians, turn = (a.longitude - b.longitude) * radians;
  return std::acos(std::clamp(std::sin(u) * std::sin(v) + std::cos(u) * std::cos(v) * std::cos(turn), -1.0, 1.0)) /
         radians;
}

}  // namespace unetsr::data
