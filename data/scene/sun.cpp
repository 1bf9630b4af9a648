#include "data/scene/sun.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/dataset/calendar.hpp"

namespace unetsr::data {
namespace {

constexpr double radians = std::numbers::pi / 180;

// How far into the year, radians.
double turn_of_year(double day) {
  const int year = date_of(int(std::floor(day))).year;
  return 2 * std::numbers::pi * (day - day_number({year, 1, 1})) / 365.25;
}

double declination(double turn) {
  return 0.006918 - 0.399912 * std::cos(turn) + 0.070257 * std::sin(turn) - 0.006758 * std::cos(2 * turn) +
         0.000907 * std::sin(2 * turn) - 0.002697 * std::cos(3 * turn) + 0.00148 * std::sin(3 * turn);
}

// Hours by which the sun is ahead of the clock.
double equation_of_time(double turn) {
  return 12 / std::numbers::pi *
         (0.000075 + 0.001868 * std::cos(turn) - 0.032077 * std::sin(turn) - 0.014615 * std::cos(2 * turn) -
          0.040849 * std::sin(2 * turn));
}

}  // namespace

Sun::Sun(double time) {
  const double turn = turn_of_year(time / 86400);
  declination_ = declination(turn);
  hours_ = (time - 86400 * std::floor(time / 86400)) / 3600 + equation_of_time(turn);
}

SkyDirection Sun::over(GeoPoint p) const {
  const double angle = (hours_ + p.longitude / 15 - 12) * 15 * radians, latitude = p.latitude * radians;
  const double up =
      std::sin(latitude) * std::sin(declination_) + std::cos(latitude) * std::cos(declination_) * std::cos(angle);
  const double north =
      std::cos(latitude) * std::sin(declination_) - std::sin(latitude) * std::cos(declination_) * std::cos(angle);
  const double east = -std::cos(declination_) * std::sin(angle);
  return {std::acos(std::clamp(up, -1.0, 1.0)) / radians, std::atan2(east, north) / radians};
}

SkyDirection sun_at_local_time(int day, double hours, GeoPoint p) {
  return Sun(day * 86400.0 + (hours - p.longitude / 15) * 3600).over(p);
}

double day_length_factor(int day, double latitude, double zenith) {
  const double declined = declination(turn_of_year(day + 0.5)), phi = latitude * radians;
  const double sunset = std::acos(std::clamp(-std::tan(phi) * std::tan(declined), -1.0, 1.0));
  const double mean =
      (sunset * std::sin(phi) * std::sin(declined) + std::cos(phi) * std::cos(declined) * std::sin(sunset)) /
      std::numbers::pi;
  return mean / std::cos(zenith * radians);
}

}  // namespace unetsr::data
