#include "data/dataset/grid.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

struct Axis {
  double origin, step;
  int count;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<double> distinct_coordinates(std::span<const double> values, double tolerance) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> distinct;
  for (const double v : sorted)
    if (distinct.empty() || v - distinct.back() > tolerance) distinct.push_back(v);
  return distinct;
}

Axis axis_of(std::span<const double> values, double tolerance, const std::string& name) {
  const std::vector<double> distinct = distinct_coordinates(values, tolerance);
  if (distinct.size() < 2)
    throw Error("a grid needs at least two different " + name + " of cell centres, got " +
                std::to_string(distinct.size()));
  std::vector<double> gaps;
  for (size_t i = 1; i < distinct.size(); ++i) gaps.push_back(distinct[i] - distinct[i - 1]);
  const double gap = median(gaps), anchor = distinct[distinct.size() / 2];

  // Slopes over half the axis average out the rounding of the coordinates.
  std::vector<double> indices, slopes, origins;
  for (const double v : distinct) indices.push_back(std::round((v - anchor) / gap));
  const size_t half = distinct.size() / 2;
  for (size_t i = 0; i + half < distinct.size(); ++i)
    if (indices[i + half] > indices[i])
      slopes.push_back((distinct[i + half] - distinct[i]) / (indices[i + half] - indices[i]));
  const double step = slopes.empty() ? gap : median(slopes);
  for (size_t i = 0; i < distinct.size(); ++i) origins.push_back(distinct[i] - indices[i] * step);
  const double first = indices.front(), count = indices.back() - first + 1;
  if (!(count <= 1e5))
    throw Error("the cell centres' " + name + " do not form a regular grid: steps of " + std::to_string(gap) +
                " would need " + std::to_string(count) + " cells");
  return {median(origins) + first * step, step, int(count)};
}

}  // namespace

std::optional<Cell> Grid::cell_at(double px, double py, double tolerance) const {
  const double column = std::round((px - x_origin) / x_step), row = std::round((py - y_origin) / y_step);
  if (!(column >= 0 && column < columns && row >= 0 && row < rows)) return std::nullopt;
  const Cell cell{int(row), int(column)};
  if (std::abs(px - x(cell.column)) > tolerance || std::abs(py - y(cell.row)) > tolerance) return std::nullopt;
  return cell;
}

Grid coarsened(const Grid& fine, int factor) {
  Grid grid = fine;
  grid.rows = (fine.rows + factor - 1) / factor;
  grid.columns = (fine.columns + factor - 1) / factor;
  grid.x_step *= factor, grid.y_step *= factor;
  grid.x_origin = fine.x_origin + (factor - 1) * fine.x_step / 2;
  grid.y_origin = fine.y_origin + (factor - 1) * fine.y_step / 2;
  return grid;
}

Grid part_of(const Grid& all, const Part& part) {
  Grid grid = all;
  grid.x_origin = all.x(part.column), grid.y_origin = all.y(part.row);
  grid.rows = part.rows, grid.columns = part.columns;
  return grid;
}

Grid grid_of_centres(std::span<const double> x, std::span<const double> y, double tolerance) {
  const Axis columns = axis_of(x, tolerance, "longitudes"), rows = axis_of(y, tolerance, "latitudes");
  constexpr double emptiest = 1000;  // cells for each centre
  if (double(rows.count) * columns.count > emptiest * double(x.size()) + 1e4)
    throw Error("the cell centres do not form a regular grid: " + std::to_string(rows.count) + " x " +
                std::to_string(columns.count) + " cells for " + std::to_string(x.size()) + " centres");
  Grid grid;
  grid.rows = rows.count;
  grid.columns = columns.count;
  grid.x_origin = columns.origin;
  grid.x_step = columns.step;
  grid.y_origin = rows.origin;
  grid.y_step = rows.step;
  return grid;
}

}  // namespace unetsr::data
