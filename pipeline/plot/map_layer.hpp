#pragma once
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"

namespace unetsr::pipeline::picture {

enum class Quantity { sif, deviation, vegetation, count, role, other };

// What one panel shows: values of the grid's cells, NaN where missing.
struct MapLayer {
  std::string title, subtitle;  // the subtitle is a window's label
  Quantity quantity = Quantity::other;
  std::string name, units;  // beside the colour bar
  data::Grid grid;
  std::vector<float> values;
};

// Layers whose colours mean the same.
inline bool share_a_scale(const MapLayer& a, const MapLayer& b) {
  return a.quantity == b.quantity && a.units == b.units && (a.quantity != Quantity::other || a.name == b.name);
}

}  // namespace unetsr::pipeline::picture
