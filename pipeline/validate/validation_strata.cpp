#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

#include "data/dataset/calendar.hpp"
#include "data/dataset/land_cover.hpp"
#include "pipeline/validate/validation_scores.hpp"

namespace unetsr::pipeline {
namespace {

// `key_of(i)`: of footprint i, which orders the strata; below 0: none.
ValidationStrata strata_by(const std::string& family, size_t footprints, const std::function<int(size_t)>& key_of,
                           const std::function<std::string(int)>& name_of) {
  std::map<int, int> place;
  for (size_t i = 0; i < footprints; ++i)
    if (const int key = key_of(i); key >= 0) place[key] = 0;
  ValidationStrata strata{family, {}, std::vector<int>(footprints, -1)};
  for (auto& [key, index] : place) {
    index = int(strata.names.size());
    strata.names.push_back(name_of(key));
  }
  for (size_t i = 0; i < footprints; ++i)
    if (const int key = key_of(i); key >= 0) strata.of_footprint[i] = place.at(key);
  return strata;
}

ValidationStrata by_season(const ValidationSoundings& s) {
  static constexpr std::array<const char*, 4> names = {"December to February", "March to May", "June to August",
                                                       "September to November"};
  return strata_by(
      "season", s.size(), [&](size_t i) { return data::date_of(int(std::floor(s.time[i] / 86400))).month % 12 / 3; },
      [](int key) { return names[size_t(key)]; });
}

ValidationStrata by_land_cover(const ValidationSoundings& s) {
  static constexpr std::array<float, 1> legend = {1};
  const std::vector<std::string> names = data::land_cover_names(legend);
  return strata_by(
      "land cover", s.size(), [&](size_t i) { return s.igbp[i] > 0 ? int(s.igbp[i]) : -1; },
      [&](int key) { return key < int(names.size()) ? names[size_t(key)] : "class " + std::to_string(key); });
}

ValidationStrata by_sensor(const ValidationSoundings& s) {
  std::vector<std::string> names = s.sensor;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return strata_by(
      "sensor", s.size(),
      [&](size_t i) { return int(std::find(names.begin(), names.end(), s.sensor[i]) - names.begin()); },
      [&](int key) { return names[size_t(key)]; });
}

}  // namespace

std::vector<ValidationStrata> strata_of(const ValidationSoundings& s, const std::vector<std::string>& windows) {
  std::vector<ValidationStrata> all;
  all.push_back(by_sensor(s));
  all.push_back(strata_by(
      "mode", s.size(), [&](size_t i) { return int(s.mode[i]); },
      [](int key) { return data::oco_mode_name(int8_t(key)); }));
  all.push_back(by_season(s));
  all.push_back(strata_by(
      "window", s.size(), [&](size_t i) { return s.window[i]; }, [&](int key) { return windows[size_t(key)]; }));
  all.push_back(by_land_cover(s));
  std::erase_if(all, [](const ValidationStrata& strata) { return strata.names.size() < 2; });
  return all;
}

std::optional<ValidationStrata> by_soundings(const std::vector<float>& counts) {
  static constexpr std::array<float, 3> edges = {5, 10, 20};
  static constexpr std::array<const char*, 4> names = {"below 5", "5 to 10", "10 to 20", "20 or more"};
  ValidationStrata strata = strata_by(
      "soundings of a cell", counts.size(),
      [&](size_t i) {
        return std::isnan(counts[i]) ? 0 : int(std::upper_bound(edges.begin(), edges.end(), counts[i]) - edges.begin());
      },
      [](int key) { return names[size_t(key)]; });
  if (strata.names.size() < 2) return std::nullopt;
  return strata;
}

}  // namespace unetsr::pipeline
