#include "data/scene/sun.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/calendar.hpp"

namespace unetsr::data {
namespace {

constexpr double radians = std::numbers::pi / 180;

// Spencer (1971), radians.
double declination(double day_number_now) {
  const int year = date_of(int(std::floor(day_number_now))).year;
  const double turn = 2 * std::numbers::pi * (day_number_now - day_number({year, 1, 1})) / 365.25;
  return 0.006918 - 0.399912 * std::cos(turn) + 0.070257 * std::sin(turn) - 0.006758 * std::cos(2 * turn) +
         0.000907 * std::sin(2 * turn) - 0.002697 * std::cos(3 * turn) + 0.00148 * std::sin(3 * turn);
}

SkyDirection direction(double declined, double hour_angle, double latitude) {
  const double up =
      std::sin(latitude) * std::sin(declined) + std::cos(latitude) * std::cos(declined) * std::cos(hour_angle);
  const double north =
      std::cos(latitude) * std::sin(declined) - std::sin(latitude) * std::cos(declined) * std::cos(hour_angle);
  const double east = -std::cos(declined) * std::sin(hour_angle);
  return {std::acos(std::clamp(up, -1.0, 1.0)) / radians, std::atan2(east, north) / radians};
}

}  // namespace

SkyDirection sun_at(double time, GeoPoint p) {
  const double hours = std::fmod(time, 86400.0) / 3600 + p.longitude / 15;
  return direction(declination(time / 86400), (hours - 12) * 15 * radians, p.latitude * radians);
}

SkyDirection sun_at_local_time(int day, double hours, GeoPoint p) {
  return direction(declination(day + 0.5), (hours - 12) * 15 * radians, p.latitude * radians);
}

double day_length_factor(int day, double latitude, double zenith) {
  const double declined = declination(day + 0.5), phi = latitude * radians;
  const double sunset = std::acos(std::clamp(-std::tan(phi) * std::tan(declined), -1.0, 1.0));
  const double mean =
      (sunset * std::sin(phi) * std::sin(declined) + std::cos(phi) * std::cos(declined) * std::sin(sunset)) /
      std::numbers::pi;
  return mean / std::cos(zenith * radians);
}

}  // namespace unetsr::data
