#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "data/dataset/grid.hpp"

// A file's rows run from north to south; a grid's may run the other way.
namespace unetsr::data {

inline bool runs_north(const Grid& grid) {
  return grid.y_step > 0;
}

inline Grid north_up(Grid grid) {
  if (runs_north(grid)) grid.y_origin = grid.y(grid.rows - 1), grid.y_step = -grid.y_step;
  return grid;
}

// The row of the north-up grid at which a block of `rows` rows from `row` on begins.
inline int north_up_row(const Grid& grid, int row, int rows) {
  return runs_north(grid) ? grid.rows - row - rows : row;
}

// The block's rows in the order of the north-up grid.
inline std::vector<float> north_up_values(const Grid& grid, int columns, std::span<const float> values) {
  std::vector<float> flipped(values.begin(), values.end());
  const auto width = std::ptrdiff_t(columns);
  if (runs_north(grid))
    for (auto top = flipped.begin(), bottom = flipped.end() - width; top < bottom; top += width, bottom -= width)
      std::swap_ranges(top, top + width, bottom);
  return flipped;
}

// In the form of GDAL: upper left corner and steps.
inline std::array<double, 6> geotransform(const Grid& g) {
  return {g.x_origin - g.x_step / 2, g.x_step, 0, g.y_origin - g.y_step / 2, 0, g.y_step};
}

}  // namespace unetsr::data
