#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace unetsr::data {

struct Cell {
  int row = 0, column = 0;
  bool operator==(const Cell&) const = default;
};

// A regular grid of cells, given by their centres in the units of `crs` (degrees for EPSG:4326, x = longitude).
// Row 0 is the first row of the data: its y is y_origin, and y_step is positive where rows run from south to north.
struct Grid {
  int rows = 0, columns = 0;
  double x_origin = 0, x_step = 1, y_origin = 0, y_step = 1;
  std::string crs = "EPSG:4326";

  int64_t cells() const { return int64_t(rows) * columns; }
  double x(int column) const { return x_origin + column * x_step; }
  double y(int row) const { return y_origin + row * y_step; }
  // The cell whose centre is within `tolerance` of (x, y) in each direction.
  std::optional<Cell> cell_at(double x, double y, double tolerance) const;
  bool operator==(const Grid&) const = default;
};

// Some cells of a grid or an image: rows x columns from (row, column) on.
struct Part {
  int row = 0, column = 0, rows = 0, columns = 0;
  bool operator==(const Part&) const = default;
};

// All cells of a grid.
inline Part whole(const Grid& grid) {
  return {0, 0, grid.rows, grid.columns};
}

// The grid of blocks of factor x factor cells, the first of them at row 0, column 0; those at the end may reach beyond
// the grid.
Grid coarsened(const Grid&, int factor);
// The grid of a part's cells.
Grid part_of(const Grid&, const Part&);

// How far the coordinates of one cell centre may lie apart: between tables, and from the grid.
inline constexpr double centre_tolerance_degrees = 1e-4;

// The smallest grid, rows from south to north and columns from west to east, that most of the centres lie on: its steps
// are medians over the sorted distinct coordinates, so that a few stray centres do not bend it (find those with
// cell_at). Throws Error where there are fewer than two distinct x or y, or the grid would be too large.
Grid grid_of_centres(std::span<const double> x, std::span<const double> y, double tolerance = centre_tolerance_degrees);

}  // namespace unetsr::data
