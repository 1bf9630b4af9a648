#include "pipeline/console/layer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "pipeline/console/text_table.hpp"

namespace unetsr::pipeline {
namespace {

LayerRow row_of(const std::string& name, const data::Layer& layer, const data::Mask& region, size_t windows) {
  const size_t cells = layer.values.size() / windows;
  const auto inside = [&](size_t i) { return region.empty() || region[i] != 0; };
  double all = 0;
  for (size_t i = 0; i < cells; ++i) all += inside(i);
  LayerRow row{name, layer.units, 0, 1, range_of(layer.values)};
  for (size_t w = 0; w < windows; ++w) {
    double present = 0;
    for (size_t i = 0; i < cells; ++i) present += inside(i) && !std::isnan(layer.values[w * cells + i]);
    const double share = all > 0 ? present / all : 0;
    row.mean_share += share / double(windows), row.lowest_share = std::min(row.lowest_share, share);
  }
  return row;
}

}  // namespace

bool is_shown(const data::Layer& layer) {
  return !layer.name.ends_with("_count") && !layer.name.ends_with("_error");
}

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

std::string layer_table(const std::vector<LayerRow>& rows, size_t width) {
  TextTable table({"layer", "share", "lowest", "min", "median", "max", "unit"}, {6});
  for (const LayerRow& row : rows) {
    const auto number = [&](float value) {
      return row.range.present ? fmt::format("{:.4g}", value) : std::string("-");
    };
    table.add({row.name, fmt::format("{:.1f} %", 100 * row.mean_share), fmt::format("{:.1f} %", 100 * row.lowest_share),
               number(row.range.minimum), number(row.range.median), number(row.range.maximum),
               row.units.empty() ? "-" : row.units});
  }
  return "share: cells of the region with a value, mean and lowest of the windows\n" + table.text(width);
}

std::string layer_table(const data::Dataset& dataset, size_t width) {
  const size_t windows = dataset.windows.size();
  std::vector<LayerRow> rows;
  if (dataset.coarse_factor > 0)
    for (const data::Layer& layer : dataset.coarse_layers)
      if (is_shown(layer)) rows.push_back(row_of(layer.name + coarse_suffix, layer, dataset.coarse_region(), windows));
  for (const data::Layer& layer : dataset.layers)
    if (is_shown(layer)) rows.push_back(row_of(layer.name, layer, dataset.region, windows));
  return layer_table(rows, width);
}

}  // namespace unetsr::pipeline
