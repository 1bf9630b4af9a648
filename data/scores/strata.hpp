#pragma once
#include <span>
#include <string>
#include <vector>

#include "kernels/view.hpp"

// Cells (windows, rows, columns) sorted into strata of a scene that are scored one by one.
namespace unetsr::data {

struct StratumFamily {
  std::string name;
  std::vector<std::string> strata;
  std::vector<int16_t> of_cell;  // which stratum; -1: none
};

StratumFamily by_window(std::span<const std::string> windows, Shape);
// Three months each; no strata where a window's label is not a date (YYYY-MM-DD).
StratumFamily by_season(std::span<const std::string> windows, Shape);
// Classes of a layer, by its values rounded; beyond the 12 most frequent: "other". `names`: of class 0, 1, ...; a class
// without a name is called by its number.
StratumFamily by_class(const std::string& name, std::span<const float> layer, std::span<const std::string> names);
// Quarters of the present values: as many cells each.
StratumFamily by_quarter(const std::string& name, std::span<const float> values);
// How many cells lie between a cell and the nearest edge of its block of factor x factor cells.
StratumFamily by_edge_distance(Shape, int factor);

}  // namespace unetsr::data
