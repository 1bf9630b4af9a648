#include "pipeline/validate/validation_soundings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace unetsr::pipeline {
namespace {

constexpr double degrees_an_hour = 15;

// Value and 1 sigma of the kind; NaN where missing.
std::pair<float, float> value_of(const data::OcoFootprints& oco, size_t i, data::SifKind kind) {
  if (kind == data::SifKind::instantaneous) return {oco.footprints.sif[i], oco.footprints.error[i]};
  return {oco.daily_sif[i], oco.footprints.error[i] * oco.daily_factor[i]};
}

bool is_complete(const data::OcoFootprints& oco, size_t i, data::SifKind kind) {
  const auto [sif, error] = value_of(oco, i, kind);
  const auto finite = [](const std::array<double, 4>& corners) {
    return std::all_of(corners.begin(), corners.end(), [](double v) { return std::isfinite(v); });
  };
  return std::isfinite(sif) && error > 0 && finite(oco.footprints.longitudes[i]) && finite(oco.footprints.latitudes[i]);
}

bool is_on(const data::FootprintPlacer& placer, const data::Soundings& s, size_t i) {
  double x = 0, y = 0;
  return placer.centre(s, i, x, y) && x >= 0 && x <= placer.grid().columns && y >= 0 && y <= placer.grid().rows;
}

}  // namespace

double overpass_hour(double latitude) {
  constexpr double at_equator = 13.5, inclination = 98.7, degree = std::numbers::pi / 180;
  const double sine = std::tan(latitude * degree) / std::tan(inclination * degree);
  return at_equator + std::asin(std::clamp(sine, -1.0, 1.0)) / degree / degrees_an_hour;
}

double hours_from_overpass(double time, double longitude, double latitude) {
  const double from = time / 3600 + longitude / degrees_an_hour - overpass_hour(latitude);
  return from - 24 * std::round(from / 24);
}

void ValidationSoundings::keep_only(const std::vector<uint8_t>& keep) {
  const auto apply = [&](auto&... columns) { (keep_marked(columns, keep), ...); };
  apply(sif, error, corners, longitude, latitude, time, window, mode, igbp, sensor);
}

std::vector<std::pair<std::string, int64_t>> ValidationCounts::lines(const ValidationScreens& screens) const {
  std::vector<std::pair<std::string, int64_t>> lines = {
      {"read", read},
      {"outside the map", off_grid},
      {"outside its windows", other_days},
      {"without SIF, error or corners", missing},
      {fmt::format("quality flag not 0..{}", screens.quality), quality}};
  if (!screens.cloudy) lines.push_back({"cloudy or not classified", cloud});
  if (!screens.modes.empty()) lines.push_back({"other modes", mode});
  if (screens.kind == data::SifKind::instantaneous)
    lines.push_back({fmt::format("more than {:g} h from TROPOMI's overpass", screens.hours), hour});
  lines.push_back({"a map has no value", no_map});
  lines.push_back({"kept", kept()});
  lines.push_back({"kept, SIF below 0", negative});
  return lines;
}

void select(const data::OcoFootprints& oco, const ValidationScreens& screens, const data::FootprintPlacer& placer,
            const std::vector<data::Window>& windows, ValidationSoundings& out, ValidationCounts& counts) {
  const data::Soundings& s = oco.footprints;
  for (size_t i = 0; i < oco.size(); ++i) {
    ++counts.read;
    if (!is_on(placer, s, i)) {
      ++counts.off_grid;
      continue;
    }
    const auto window = std::isfinite(s.time[i]) ? data::latest_window_of(windows, int(std::floor(s.time[i] / 86400)))
                                                 : std::optional<size_t>();
    const std::string mode = data::oco_mode_name(oco.mode[i]);
    const auto is_among = [&](const std::vector<std::string>& modes) {
      return std::find(modes.begin(), modes.end(), mode) != modes.end();
    };
    if (!window)
      ++counts.other_days;
    else if (!is_complete(oco, i, screens.kind))
      ++counts.missing;
    else if (oco.quality[i] < 0 || oco.quality[i] > screens.quality)
      ++counts.quality;
    else if (!screens.cloudy && oco.cloud[i] != 0)
      ++counts.cloud;
    else if (!screens.modes.empty() && !is_among(screens.modes))
      ++counts.mode;
    else if (screens.kind == data::SifKind::instantaneous &&
             std::abs(hours_from_overpass(s.time[i], s.longitude[i], s.latitude[i])) > screens.hours)
      ++counts.hour;
    else {
      const auto [sif, error] = value_of(oco, i, screens.kind);
      out.sif.push_back(sif), out.error.push_back(error);
      out.corners.push_back({s.longitudes[i], s.latitudes[i]});
      out.longitude.push_back(s.longitude[i]), out.latitude.push_back(s.latitude[i]);
      out.time.push_back(s.time[i]), out.window.push_back(int(*window));
      out.mode.push_back(oco.mode[i]), out.igbp.push_back(oco.igbp[i]);
      out.sensor.push_back(oco.sensor);
    }
  }
}

}  // namespace unetsr::pipeline
