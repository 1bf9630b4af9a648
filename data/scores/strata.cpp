#include "data/scores/strata.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <utility>

#include "data/dataset/calendar.hpp"

namespace unetsr::data {
namespace {

constexpr size_t most_classes = 12, parts_of_16_bits = 1 << 16;

std::string two_decimals(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", double(value));
  return text;
}

// Whole windows.
StratumFamily of_windows(std::string name, std::vector<std::string> strata, std::vector<int16_t> of) {
  return {std::move(name), std::move(strata), [of = std::move(of)](int window, std::span<const float> layer) {
            return std::vector<int16_t>(layer.size(), of[size_t(window)]);
          }};
}

// Numbers in the order of the values.
uint32_t ordered_bits(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

float value_of(uint32_t ordered) {
  return std::bit_cast<float>(ordered & 0x80000000u ? ordered & 0x7fffffffu : ~ordered);
}

// The first bin up to which there are more than `rank` values, and how many are before it.
std::pair<uint32_t, int64_t> bin_of(const std::vector<int64_t>& counts, int64_t rank) {
  uint32_t bin = 0;
  int64_t before = 0;
  while (bin + 1 < counts.size() && before + counts[bin] <= rank) before += counts[bin++];
  return {bin, before};
}

}  // namespace

StratumFamily by_window(std::span<const std::string> windows) {
  std::vector<int16_t> of;
  for (size_t w = 0; w < windows.size(); ++w) of.push_back(int16_t(w));
  return of_windows("window", {windows.begin(), windows.end()}, std::move(of));
}

StratumFamily by_season(std::span<const std::string> windows) {
  static const std::array<std::string, 4> names = {"December to February", "March to May", "June to August",
                                                   "September to November"};
  std::vector<std::string> strata;
  std::vector<int16_t> of;
  for (const std::string& window : windows) {
    const std::optional<Date> date = parse_date(window);
    if (!date) return of_windows("season", {}, std::vector<int16_t>(windows.size(), -1));
    const std::string& name = names[size_t(date->month % 12 / 3)];
    const auto found = std::find(strata.begin(), strata.end(), name);
    of.push_back(int16_t(found - strata.begin()));
    if (found == strata.end()) strata.push_back(name);
  }
  return of_windows("season", std::move(strata), std::move(of));
}

void ClassCounts::add(std::span<const float> layer) {
  for (const float v : layer)
    if (!std::isnan(v)) ++count_[std::lround(v)];
}

std::vector<float> ClassCounts::classes() const {
  std::vector<float> classes;
  for (const auto& [number, count] : count_) classes.push_back(float(number));
  return classes;
}

StratumFamily ClassCounts::family(const std::string& name, std::span<const std::string> names) const {
  std::vector<std::pair<long, int64_t>> classes(count_.begin(), count_.end());
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
  family.of_window = [stratum = std::move(stratum)](int, std::span<const float> layer) {
    std::vector<int16_t> of;
    for (const float v : layer) of.push_back(std::isnan(v) ? int16_t(-1) : stratum.at(std::lround(v)));
    return of;
  };
  return family;
}

QuarterBounds::QuarterBounds() : upper_(parts_of_16_bits) {}

void QuarterBounds::count(std::span<const float> values) {
  for (const float v : values)
    if (!std::isnan(v)) ++present_, ++upper_[ordered_bits(v) >> 16];
}

void QuarterBounds::find_upper() {
  for (size_t k = 0; k < halves; ++k) {
    const auto [bin, before] = bin_of(upper_, rank(k));
    bits_[k] = bin, below_[k] = before;
    lower_[k].assign(parts_of_16_bits, 0);
  }
  found_ = true;
}

void QuarterBounds::refine(std::span<const float> values) {
  if (!found_) find_upper();
  for (const float v : values) {
    if (std::isnan(v)) continue;
    const uint32_t bits = ordered_bits(v);
    for (size_t k = 0; k < halves; ++k)
      if (bits >> 16 == bits_[k]) ++lower_[k][bits & 0xffffu];
  }
}

StratumFamily QuarterBounds::family(const std::string& name) const {
  if (present_ == 0)
    return {name, {}, [](int, std::span<const float> layer) { return std::vector<int16_t>(layer.size(), -1); }};
  std::array<float, halves> bounds = {};
  for (size_t k = 0; k < halves; ++k)
    bounds[k] = value_of(bits_[k] << 16 | bin_of(lower_[k], rank(k) - below_[k]).first);
  return {
      name,
      {"below " + two_decimals(bounds[0]), two_decimals(bounds[0]) + " to " + two_decimals(bounds[1]),
       two_decimals(bounds[1]) + " to " + two_decimals(bounds[2]), "from " + two_decimals(bounds[2])},
      [bounds](int, std::span<const float> layer) {
        std::vector<int16_t> of;
        for (const float v : layer)
          of.push_back(std::isnan(v) ? int16_t(-1) : int16_t((v >= bounds[0]) + (v >= bounds[1]) + (v >= bounds[2])));
        return of;
      }};
}

StratumFamily by_edge_distance(int rows, int columns, int factor) {
  StratumFamily family{"distance to the coarse cell's edge", {}, {}};
  for (int d = 0; d < (factor + 1) / 2; ++d)
    family.strata.push_back(d == 0 ? "at the edge" : std::to_string(d) + (d == 1 ? " cell" : " cells"));
  family.of_window = [=](int, std::span<const float>) {
    std::vector<int16_t> of;
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j) {
        const int r = i % factor, c = j % factor;
        of.push_back(int16_t(std::min({r, factor - 1 - r, c, factor - 1 - c})));
      }
    return of;
  };
  return family;
}

}  // namespace unetsr::data
