#pragma once
#include <array>
#include <string>
#include <vector>

#include "data/tables/table.hpp"

namespace unetsr::data {

// One band of the paper's tables. Averages outside `possible` (in units of the layer) mean that the column is in other
// units; `valid` is what the product's specification allows.
struct Band {
  std::string layer;
  std::vector<std::string> columns;  // its names
  double scale;                      // layer = column x scale
  std::string units, long_name;
  std::array<double, 2> possible, valid;
};

const std::vector<Band>& table_bands();

// Throws Error naming the column, and the line where there is one, if raw values of the band cannot be in its units.
void require_units(const Table& table, const Band& band, const std::vector<double>& raw);

}  // namespace unetsr::data
