#include "data/scene/orbit.hpp"

#include <cmath>
#include <numbers>

namespace unetsr::data {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr double earth = 6371, altitude = 824;                  // km
constexpr CircularOrbit orbit = {98.7, 13.5, 227.0 / 16};       // the ground track repeats after 16 days
constexpr double nadir_width = 3.5, swath = 2600;               // km
constexpr double edge_width = 11.6;                             // km, of the outermost pixel
constexpr int lines_at_7_km = 81000, lines_at_5_5_km = 103200;  // a day
constexpr Date finer_since = {2019, 8, 6};

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
  return orbit.place(orbit.frame_at(time(scanline)), 0, time(scanline));
}

void OrbitDay::footprints(int scanline, std::vector<Footprint>& out) const {
  const auto& edges = swath_edges();
  const double middle = time(scanline), half = 43200.0 / scanlines_;
  const OrbitFrame now = orbit.frame_at(middle), before = orbit.frame_at(middle - half),
                   after = orbit.frame_at(middle + half);
  const auto place = [&](const OrbitFrame& f, double distance) { return orbit.place(f, distance, middle); };
  const GeoPoint below = place(now, 0);
  out.resize(ground_pixels);
  // The Earth's turn within a scanline belongs to its middle, so that no midnight falls between corners.
  GeoPoint left_before = place(before, edges[0]), left_after = place(after, edges[0]);
  for (size_t i = 0; i < ground_pixels; ++i) {
    const GeoPoint right_before = place(before, edges[i + 1]), right_after = place(after, edges[i + 1]);
    const double distance = (edges[i] + edges[i + 1]) / 2;
    const GeoPoint centre = place(now, distance);
    out[i] = {centre,
              {left_before, right_before, right_after, left_after},
              view_zenith_at(distance),
              azimuth_of(below, centre)};
    left_before = right_before, left_after = right_after;
  }
}

int orbit_at(double time) {
  return orbit.number_at(time);
}

double crossing_time(int number) {
  return number * (86400 / orbit.turns_a_day);
}

}  // namespace unetsr::data
