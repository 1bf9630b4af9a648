#include "data/scene/orbit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unetsr::data {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr double earth = 6371, altitude = 824;  // km
constexpr double inclination = 98.7 * radians;
constexpr double node_hours = 13.5;                             // local time of the northward crossing
constexpr double turns_a_day = 227.0 / 16;                      // the ground track repeats after 16 days
constexpr double nadir_width = 3.5, swath = 2600;               // km
constexpr double edge_width = 11.6;                             // km, of the outermost pixel
constexpr int lines_at_7_km = 81000, lines_at_5_5_km = 103200;  // a day
constexpr Date finer_since = {2019, 8, 6};

struct Vector {
  double x, y, z;
};

// The frame turns with the sun: x towards the northward crossing, z to the north pole.
struct Frame {
  Vector nadir, left;  // left of the flight
};

Frame frame_at(double time) {
  const double u = 2 * std::numbers::pi * turns_a_day * time / 86400;
  const double c = std::cos(inclination), s = std::sin(inclination);
  return {{std::cos(u), c * std::sin(u), s * std::sin(u)}, {0, -s, c}};
}

double wrapped(double longitude) {
  return longitude - 360 * std::floor((longitude + 180) / 360);
}

// The place `distance` km to the right of nadir.
GeoPoint place(const Frame& f, double distance, double time) {
  const double c = std::cos(distance / earth), s = -std::sin(distance / earth);
  const Vector v = {c * f.nadir.x + s * f.left.x, c * f.nadir.y + s * f.left.y, c * f.nadir.z + s * f.left.z};
  const double hours = node_hours + std::atan2(v.y, v.x) / radians / 15;
  return {wrapped(15 * (hours - std::fmod(time, 86400.0) / 3600)), std::asin(std::clamp(v.z, -1.0, 1.0)) / radians};
}

double azimuth_of(GeoPoint to, GeoPoint from) {
  const double turn = (to.longitude - from.longitude) * radians;
  const double a = from.latitude * radians, b = to.latitude * radians;
  return std::atan2(std::sin(turn) * std::cos(b),
                    std::cos(a) * std::sin(b) - std::sin(a) * std::cos(b) * std::cos(turn)) /
         radians;
}

// Widths grow as nadir_width + (edge_width - nadir_width) f^p, f the share of the half swath's pixels; p makes the
// whole `swath` wide.
std::array<double, ground_pixels + 1> make_edges() {
  constexpr double half = ground_pixels / 2.0;
  const double mean = swath / ground_pixels, power = (edge_width - nadir_width) / (mean - nadir_width) - 1;
  std::array<double, ground_pixels + 1> edges;
  for (int i = 0; i <= ground_pixels; ++i) {
    const double f = (i - half) / half, g = std::abs(f);
    const double distance =
        half * (nadir_width * g + (edge_width - nadir_width) * std::pow(g, power + 1) / (power + 1));
    edges[size_t(i)] = f < 0 ? -distance : distance;
  }
  return edges;
}

}  // namespace

const std::array<double, ground_pixels + 1>& swath_edges() {
  static const std::array<double, ground_pixels + 1> edges = make_edges();
  return edges;
}

double view_zenith_at(double distance) {
  const double arc = std::abs(distance) / earth;
  return (std::atan2(earth * std::sin(arc), earth + altitude - earth * std::cos(arc)) + arc) / radians;
}

OrbitDay::OrbitDay(Date date)
    : day_(day_number(date)), scanlines_(date < finer_since ? lines_at_7_km : lines_at_5_5_km) {}

double OrbitDay::time(int scanline) const {
  return day_ * 86400.0 + (scanline + 0.5) * 86400.0 / scanlines_;
}

GeoPoint OrbitDay::nadir(int scanline) const {
  return place(frame_at(time(scanline)), 0, time(scanline));
}

void OrbitDay::footprints(int scanline, std::vector<Footprint>& out) const {
  const auto& edges = swath_edges();
  const double middle = time(scanline), half = 43200.0 / scanlines_;
  const Frame now = frame_at(middle), before = frame_at(middle - half), after = frame_at(middle + half);
  const GeoPoint below = place(now, 0, middle);
  out.resize(ground_pixels);
  // The Earth's turn within a scanline belongs to its middle, so that no midnight falls between corners.
  GeoPoint left_before = place(before, edges[0], middle), left_after = place(after, edges[0], middle);
  for (size_t i = 0; i < ground_pixels; ++i) {
    const GeoPoint right_before = place(before, edges[i + 1], middle), right_after = place(after, edges[i + 1], middle);
    const double distance = (edges[i] + edges[i + 1]) / 2;
    const GeoPoint centre = place(now, distance, middle);
    out[i] = {centre,
              {left_before, right_before, right_after, left_after},
              view_zenith_at(distance),
              azimuth_of(below, centre)};
    left_before = right_before, left_after = right_after;
  }
}

int orbit_at(double time) {
  return int(std::floor(turns_a_day * time / 86400 + 0.5));
}

double crossing_time(int orbit) {
  return orbit * (86400 / turns_a_day);
}

double arc_between(GeoPoint a, GeoPoint b) {
  const double u = a.latitude * radians, v = b.latitude * radians, turn = (a.longitude - b.longitude) * radians;
  return std::acos(std::clamp(std::sin(u) * std::sin(v) + std::cos(u) * std::cos(v) * std::cos(turn), -1.0, 1.0)) /
         radians;
}

}  // namespace unetsr::data
