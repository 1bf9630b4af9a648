#include "data/geography/region.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/geography/map_extent.hpp"
#include "data/geography/projection.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

MapRectangle rectangle_of(const Grid& g) {
  MapRectangle r;
  r.add(g.x(0) - g.x_step / 2, g.y(0) - g.y_step / 2);
  r.add(g.x(g.columns - 1) + g.x_step / 2, g.y(g.rows - 1) + g.y_step / 2);
  return r;
}

int round_up(int value, int factor) {
  return (value + factor - 1) / factor * factor;
}

// Marks the cells whose centre lies in the polygons.
void mark(const PolygonSet& polygons, const Grid& grid, Mask& mask) {
  const Projection map(grid.crs), own(polygons.crs);
  const bool same_map = same_crs(polygons.crs, grid.crs), degrees = same_crs(polygons.crs, "EPSG:4326");
  const PolygonIndex index(polygons);
  parallel_ranges(grid.rows, 16, [&](int64_t first, int64_t last) {
    std::vector<double> x(size_t(grid.columns)), y(x.size());
    for (int64_t i = first; i < last; ++i) {
      for (int j = 0; j < grid.columns; ++j) x[size_t(j)] = grid.x(j), y[size_t(j)] = grid.y(int(i));
      if (!same_map) {
        map.to_globe(x, y);
        if (!degrees) own.to_map(x, y);
      }
      for (size_t j = 0; j < x.size(); ++j)
        if (index.holds(x[j], y[j])) mask[size_t(i) * x.size() + j] = 1;
    }
  });
}

}  // namespace

Grid region_grid(const RegionOptions& o, const Grid& lattice, const Grid& extent) {
  Grid grid;
  grid.crs = o.crs.empty() ? lattice.crs : o.crs;
  const bool same_map = o.crs.empty() || same_crs(o.crs, lattice.crs);
  const double step = o.resolution > 0 ? o.resolution : same_map ? std::abs(lattice.x_step) : 0;
  if (!(step > 0)) throw UsageError("--crs " + o.crs + " needs a --resolution in its units");
  // A resolution asks for square cells; without one the lattice's may be of any polygon.
  const bool same_height = o.resolution <= 0 || std::abs(step - std::abs(lattice.y_step)) < 1e-6 * step;
  const bool on_lattice = same_map && same_height && std::abs(step - std::abs(lattice.x_step)) < 1e-6 * step;

  MapRectangle area;
  if (o.bbox) {
    area = map_rectangle({polygons_of(*o.bbox)}, grid.crs, step);
  } else if (!o.polygons.empty()) {
    area = map_rectangle(read_polygons(o.polygons), grid.crs, step);
  } else if (same_map) {
    area = rectangle_of(extent);
  } else {
    throw UsageError("--crs " + o.crs + " needs a --bbox or a --region");
  }

  const double north_step = on_lattice ? std::abs(lattice.y_step) : step;
  const double left = on_lattice ? lattice.x(0) - lattice.x_step / 2 : 0;
  const double top = on_lattice ? lattice.y(0) - lattice.y_step / 2 : 0;
  constexpr double rounding = 1e-6;  // of a cell: an edge that falls on a cell's edge opens no new cell
  const double first_column = std::floor((area.west - left) / step + rounding);
  const double last_column = std::ceil((area.east - left) / step - rounding);
  const double first_row = std::floor((top - area.north) / north_step + rounding);
  const double last_row = std::ceil((top - area.south) / north_step - rounding);
  if (!((last_column - first_column) * (last_row - first_row) < 1e9) || last_column - first_column > 1e6 ||
      last_row - first_row > 1e6)
    throw UsageError(fmt::format(
        "the region has {:.0f} x {:.0f} cells at a resolution of {:.6g}, {:.3g} GB a layer; more than 1e9 cells, or 1e6 "
        "on a side, are refused: choose a smaller region or a coarser --resolution",
        last_row - first_row, last_column - first_column, step,
        4e-9 * (last_column - first_column) * (last_row - first_row)));
  grid.columns = round_up(std::max(1, int(last_column - first_column)), o.factor);
  grid.rows = round_up(std::max(1, int(last_row - first_row)), o.factor);
  grid.x_step = step, grid.y_step = -north_step;
  grid.x_origin = left + (first_column + 0.5) * step;
  grid.y_origin = top - (first_row + 0.5) * north_step;
  return grid;
}

Mask inside_box(const BoundingBox& box, const Grid& grid) {
  Mask mask(size_t(grid.cells()), 0);
  mark(polygons_of(box), grid, mask);
  if (std::find(mask.begin(), mask.end(), 1) == mask.end())
    throw UsageError(
        fmt::format("--bbox {},{},{},{}: holds the centre of no cell; cells are {:.6g} wide, in the units of the map "
                    "(degrees or metres): take a larger box or a smaller --resolution",
                    box.west, box.south, box.east, box.north, grid.x_step));
  return mask;
}

Mask inside_polygons(const std::filesystem::path& path, const Grid& grid) {
  Mask mask(size_t(grid.cells()), 0);
  for (const PolygonSet& set : read_polygons(path)) mark(set, grid, mask);
  if (std::find(mask.begin(), mask.end(), 1) == mask.end())
    throw Error(path.string() + ": none of its polygons holds the centre of a cell of the region");
  return mask;
}

}  // namespace unetsr::data
