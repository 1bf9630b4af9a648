#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/scene/circular_orbit.hpp"

// The viewing geometry of Sentinel-5P: a sun-synchronous orbit that crosses the equator northwards at 13:30 local time,
// 227 times in 16 days; a swath of 2600 km in 450 ground pixels. The Earth is a sphere and the orbit a circle.
namespace unetsr::data {

inline constexpr int ground_pixels = 450;

// Longitudes in -180..180.
struct Footprint {
  GeoPoint centre;
  std::array<GeoPoint, 4> corners;           // around the footprint
  double view_zenith = 0, view_azimuth = 0;  // degrees; azimuth of the satellite seen from the ground
};

// The distances of the edges of the ground pixels from nadir, km, west (of a northbound orbit) to east: 451 of them.
// Pixels are 3.5 km wide at nadir.
const std::array<double, ground_pixels + 1>& swath_edges();
// Degrees, at a distance from nadir in km.
double view_zenith_at(double distance);

// One day of scanlines, numbered from midnight UTC: every 7 km, since 2019-08-06 every 5.5 km.
class OrbitDay {
 public:
  explicit OrbitDay(Date);

  int scanlines() const { return scanlines_; }
  double time(int scanline) const;  // seconds since 1970-01-01 UTC, of its middle
  GeoPoint nadir(int scanline) const;
  // Its 450 footprints, west to east of a northbound orbit.
  void footprints(int scanline, std::vector<Footprint>& out) const;

 private:
  int day_ = 0, scanlines_ = 0;
};

// The number of the orbit at a time (seconds since 1970-01-01 UTC); it begins on the night side of the Earth.
int orbit_at(double time);
// When it crosses the equator northwards.
double crossing_time(int orbit);

}  // namespace unetsr::data
