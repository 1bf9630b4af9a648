#include "data/scores/strata.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "data/dataset/calendar.hpp"

namespace unetsr::data {
namespace {

constexpr size_t most_classes = 12;

std::vector<int16_t> of_windows(std::span<const int16_t> stratum, Shape shape) {
  std::vector<int16_t> of_cell;
  for (const int16_t s : stratum) of_cell.insert(of_cell.end(), size_t(shape.h) * size_t(shape.w), s);
  return of_cell;
}

std::string two_decimals(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", double(value));
  return text;
}

}  // namespace

StratumFamily by_window(std::span<const std::string> windows, Shape shape) {
  std::vector<int16_t> stratum;
  for (size_t w = 0; w < windows.size(); ++w) stratum.push_back(int16_t(w));
  return {"window", {windows.begin(), windows.end()}, of_windows(stratum, shape)};
}

StratumFamily by_season(std::span<const std::string> windows, Shape shape) {
  static const std::array<std::string, 4> names = {"December to February", "March to May", "June to August",
                                                   "September to November"};
  StratumFamily family{"season", {}, {}};
  std::vector<int16_t> stratum;
  for (const std::string& window : windows) {
    const std::optional<Date> date = parse_date(window);
    if (!date) return {"season", {}, std::vector<int16_t>(size_t(shape.pixels()), -1)};
    const std::string& name = names[size_t(date->month % 12 / 3)];
    const auto found = std::find(family.strata.begin(), family.strata.end(), name);
    stratum.push_back(int16_t(found - family.strata.begin()));
    if (found == family.strata.end()) family.strata.push_back(name);
  }
  family.of_cell = of_windows(stratum, shape);
  return family;
}

StratumFamily by_class(const std::string& name, std::span<const float> layer, std::span<const std::string> names) {
  std::map<long, int64_t> count;
  for (const float v : layer)
    if (!std::isnan(v)) ++count[std::lround(v)];
  std::vector<std::pair<long, int64_t>> classes(count.begin(), count.end());
  std::stable_sort(classes.begin(), classes.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  const auto name_of = [&](long number) {
    const bool named = number >= 0 && number < long(names.size()) && !names[size_t(number)].empty();
    return named ? names[size_t(number)] : "class " + std::to_string(number);
  };
  StratumFamily family{name, {}, {}};
  std::map<long, int16_t> stratum;
  for (size_t k = 0; k < classes.size(); ++k) {
    stratum[classes[k].first] = int16_t(std::min(k, most_classes));
    if (k < most_classes) family.strata.push_back(name_of(classes[k].first));
  }
  if (classes.size() > most_classes) family.strata.push_back("other");
  for (const float v : layer) family.of_cell.push_back(std::isnan(v) ? int16_t(-1) : stratum[std::lround(v)]);
  return family;
}

StratumFamily by_quarter(const std::string& name, std::span<const float> values) {
  std::vector<float> present;
  for (const float v : values)
    if (!std::isnan(v)) present.push_back(v);
  if (present.empty()) return {name, {}, std::vector<int16_t>(values.size(), -1)};
  std::array<float, 3> bounds = {};
  for (size_t k = 0; k < bounds.size(); ++k) {
    const auto at = present.begin() + std::ptrdiff_t(present.size() * (k + 1) / 4);
    std::nth_element(present.begin(), at, present.end());
    bounds[k] = *at;
  }
  StratumFamily family{name,
                       {"below " + two_decimals(bounds[0]), two_decimals(bounds[0]) + " to " + two_decimals(bounds[1]),
                        two_decimals(bounds[1]) + " to " + two_decimals(bounds[2]), "from " + two_decimals(bounds[2])},
                       {}};
  for (const float v : values)
    family.of_cell.push_back(std::isnan(v) ? int16_t(-1)
                                           : int16_t((v >= bounds[0]) + (v >= bounds[1]) + (v >= bounds[2])));
  return family;
}

StratumFamily by_edge_distance(Shape shape, int factor) {
  StratumFamily family{"distance to the coarse cell's edge", {}, {}};
  for (int d = 0; d < (factor + 1) / 2; ++d)
    family.strata.push_back(d == 0 ? "at the edge" : std::to_string(d) + (d == 1 ? " cell" : " cells"));
  for (int n = 0; n < shape.n; ++n)
    for (int i = 0; i < shape.h; ++i)
      for (int j = 0; j < shape.w; ++j) {
        const int r = i % factor, c = j % factor;
        family.of_cell.push_back(int16_t(std::min({r, factor - 1 - r, c, factor - 1 - c})));
      }
  return family;
}

}  // namespace unetsr::data
