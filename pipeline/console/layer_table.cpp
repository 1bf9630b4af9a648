#include "pipeline/console/layer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "pipeline/console/text_table.hpp"

namespace unetsr::pipeline {
namespace {

struct Shares {
  double mean = 0, lowest = 1;  // of the region's cells with a value, over the windows
};

Shares shares_of(const data::Layer& layer, const data::Mask& region, size_t windows) {
  const size_t cells = layer.values.size() / windows;
  const auto inside = [&](size_t i) { return region.empty() || region[i] != 0; };
  double all = 0;
  for (size_t i = 0; i < cells; ++i) all += inside(i);
  Shares shares;
  for (size_t w = 0; w < windows; ++w) {
    double present = 0;
    for (size_t i = 0; i < cells; ++i) present += inside(i) && !std::isnan(layer.values[w * cells + i]);
    const double share = all > 0 ? present / all : 0;
    shares.mean += share / double(windows), shares.lowest = std::min(shares.lowest, share);
  }
  return shares;
}

void add(TextTable& table, const std::string& name, const data::Layer& layer, const data::Mask& region,
         size_t windows) {
  const Shares shares = shares_of(layer, region, windows);
  const ValueRange range = range_of(layer.values);
  const auto number = [&](float value) { return range.present ? fmt::format("{:.4g}", value) : std::string("-"); };
  table.add({name, fmt::format("{:.1f} %", 100 * shares.mean), fmt::format("{:.1f} %", 100 * shares.lowest),
             number(range.minimum), number(range.median), number(range.maximum),
             layer.units.empty() ? "-" : layer.units});
}

bool is_shown(const data::Layer& layer) {
  return !layer.name.ends_with("_count") && !layer.name.ends_with("_error");
}

}  // namespace

ValueRange range_of(std::span<const float> values) {
  std::vector<float> present;
  std::copy_if(values.begin(), values.end(), std::back_inserter(present), [](float v) { return !std::isnan(v); });
  if (present.empty()) return {};
  const auto [least, greatest] = std::minmax_element(present.begin(), present.end());
  ValueRange range{int64_t(present.size()), *least, 0, *greatest};
  const auto middle = present.begin() + std::ptrdiff_t(present.size() / 2);
  std::nth_element(present.begin(), middle, present.end());
  range.median = present.size() % 2 ? *middle : (*middle + *std::max_element(present.begin(), middle)) / 2;
  return range;
}

std::string layer_table(const data::Dataset& dataset, size_t width) {
  const size_t windows = dataset.windows.size();
  TextTable table({"layer", "share", "lowest", "min", "median", "max", "unit"}, {6});
  if (dataset.coarse_factor > 0)
    for (const data::Layer& layer : dataset.coarse_layers)
      if (is_shown(layer)) add(table, layer.name + " (coarse)", layer, dataset.coarse_region(), windows);
  for (const data::Layer& layer : dataset.layers)
    if (is_shown(layer)) add(table, layer.name, layer, dataset.region, windows);
  return "share: cells of the region with a value, mean and lowest of the windows\n" + table.text(width);
}

}  // namespace unetsr::pipeline
