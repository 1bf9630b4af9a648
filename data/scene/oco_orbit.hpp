#pragma once
#include <array>

#include "data/dataset/calendar.hpp"
#include "data/scene/orbit.hpp"

// The viewing geometry of OCO-2: a sun-synchronous orbit that crosses the equator northwards at 13:36 local time, 233
// times in 16 days; a swath of eight footprints of 1.3 x 2.25 km.
namespace unetsr::data {

inline constexpr int oco_footprints = 8;

// One day of lines, three a second, numbered from midnight UTC.
class OcoOrbitDay {
 public:
  static constexpr int lines = 3 * 86400;

  explicit OcoOrbitDay(Date date) : day_(day_number(date)) {}

  double time(int line) const { return day_ * 86400.0 + (line + 0.5) / 3; }  // seconds since 1970-01-01 UTC
  GeoPoint nadir(int line) const;
  // Footprints west to east of a northbound orbit, `view_zenith` degrees off the zenith along the track: so much longer
  // are they. They lie below the satellite, of whatever angle.
  std::array<Footprint, oco_footprints> footprints(int line, double view_zenith) const;

 private:
  int day_;
};

int oco_orbit_at(double time);

}  // namespace unetsr::data
