#include "data/dataset/screens.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unetsr::data {
namespace {

// Whether a corner is too far from its centre for any footprint.
bool far_apart(double longitude, double latitude, double corner_longitude, double corner_latitude) {
  const double east = corner_longitude - longitude, turns = std::round(east / 360);
  const double nearer_pole = std::max(std::abs(latitude), std::abs(corner_latitude));
  const double across = (east - 360 * turns) * std::cos(nearer_pole * std::numbers::pi / 180);
  return std::abs(corner_latitude - latitude) > sounding_bounds::extent || std::abs(across) > sounding_bounds::extent;
}

// NaN is none of this function's business: it is missing.
bool impossible_place(const Soundings& s, size_t i) {
  const auto off = [](double value, double bound) { return std::abs(value) > bound; };
  if (off(s.latitude[i], sounding_bounds::latitude) || off(s.longitude[i], sounding_bounds::longitude)) return true;
  if (i >= s.latitudes.size()) return false;
  for (size_t k = 0; k < 4; ++k)
    if (off(s.latitudes[i][k], sounding_bounds::latitude) || off(s.longitudes[i][k], sounding_bounds::longitude) ||
        far_apart(s.longitude[i], s.latitude[i], s.longitudes[i][k], s.latitudes[i][k]))
      return true;
  return false;
}

}  // namespace

std::vector<std::pair<std::string, int64_t>> ScreenCounts::lines() const {
  std::vector<std::pair<std::string, int64_t>> lines = {{"missing values", missing}};
  const auto add = [&](const std::string& what, int64_t count) {
    if (count) lines.emplace_back(what, count);
  };
  add("quality flag of the product", rejected);
  add("impossible latitude, longitude or footprint", impossible_place);
  add("time that the file's name excludes", impossible_time);
  add("impossible SIF or SIF error", impossible_sif);
  add("impossible angle", impossible_angle);
  add("impossible cloud fraction", impossible_cloud);
  lines.insert(
      lines.end(),
      {{"cloud fraction", cloud}, {"viewing zenith angle", vza}, {"sun zenith angle", sza}, {"SIF error", error}});
  return lines;
}

bool passes(const Screens& screens, const Soundings& s, size_t i, ScreenCounts& counts) {
  ++counts.read;
  int64_t* failed = nullptr;
  if (std::isnan(s.sif[i]) || std::isnan(s.error[i]) || std::isnan(s.time[i]) || std::isnan(s.longitude[i]) ||
      std::isnan(s.latitude[i]))
    failed = &counts.missing;
  else if (!s.rejected.empty() && s.rejected[i])
    failed = &counts.rejected;
  else if (impossible_place(s, i))
    failed = &counts.impossible_place;
  else if (std::abs(s.time[i]) > sounding_bounds::time || s.time[i] < screens.first_time ||
           s.time[i] > screens.last_time)
    failed = &counts.impossible_time;
  else if (std::abs(s.sif[i]) > sounding_bounds::sif || s.error[i] > sounding_bounds::sif)
    failed = &counts.impossible_sif;
  else if (s.vza[i] < 0 || s.vza[i] > sounding_bounds::vza || s.sza[i] < 0 || s.sza[i] > sounding_bounds::sza)
    failed = &counts.impossible_angle;
  else if (s.cloud_fraction[i] < sounding_bounds::cloud_low || s.cloud_fraction[i] > sounding_bounds::cloud_high)
    failed = &counts.impossible_cloud;
  else if (!(s.cloud_fraction[i] <= float(screens.cloud_fraction)))
    failed = &counts.cloud;
  else if (!(s.vza[i] <= float(screens.vza)))
    failed = &counts.vza;
  else if (!(s.sza[i] <= float(screens.sza)))
    failed = &counts.sza;
  else if (!(s.error[i] <= float(screens.error) && s.error[i] > 0))
    failed = &counts.error;
  if (failed) ++*failed;
  return !failed;
}

}  // namespace unetsr::data
