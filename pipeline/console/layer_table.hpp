#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"

namespace unetsr::pipeline {

// Of the values that are not missing.
struct ValueRange {
  int64_t present = 0;
  float minimum = 0, median = 0, maximum = 0;  // only where present > 0
};
ValueRange range_of(std::span<const float> values);

// One layer: the share of the region's cells with a value, as the mean of the windows and the lowest of them.
struct LayerRow {
  std::string name, units;
  double mean_share = 0, lowest_share = 1;
  ValueRange range;
};
std::string layer_table(const std::vector<LayerRow>&, size_t width);
// Counts and errors are not shown.
bool is_shown(const data::Layer&);
inline const std::string coarse_suffix = " (coarse)";

// A row for each layer of both grids, but for counts and errors: its share of the region's cells with a value, as the
// mean of the windows and the lowest of them, its range and its unit.
std::string layer_table(const data::Dataset&, size_t width);

}  // namespace unetsr::pipeline
