#include "data/geography/nearest_cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/geography/projection.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {

struct NearestCells::Maps {
  Projection source, target;
  bool same, degrees;
};

NearestCells::NearestCells(const std::string& crs, const Grid& to)
    : to_(to), maps_(new Maps{Projection(crs), Projection(to.crs), same_crs(crs, to.crs), false}) {
  maps_->degrees = maps_->source.geographic();
}

NearestCells::~NearestCells() = default;

// Coordinates of one row of the part in the other grids' reference system.
void NearestCells::locate(const Part& part, int row, std::vector<double>& x, std::vector<double>& y) const {
  x.resize(size_t(part.columns)), y.resize(x.size());
  for (int j = 0; j < part.columns; ++j) x[size_t(j)] = to_.x(part.column + j), y[size_t(j)] = to_.y(part.row + row);
  if (maps_->same) return;
  if (maps_->target.geographic())  // longitudes may go on beyond 180
    for (double& v : x) v = std::remainder(v, 360);
  maps_->target.to_globe(x, y);
  maps_->source.to_map(x, y);
}

NearestCells::Extent NearestCells::extent_of(const Part& part) const {
  Extent extent;
  std::vector<double> x, y;
  for (int row = 0; row < part.rows; ++row) {
    locate(part, row, x, y);
    for (size_t j = 0; j < x.size(); ++j) {
      if (std::isnan(x[j]) || std::isnan(y[j])) continue;
      if (extent.none) extent = {false, x[j], x[j], y[j], y[j]};
      extent.left = std::min(extent.left, x[j]), extent.right = std::max(extent.right, x[j]);
      extent.low = std::min(extent.low, y[j]), extent.high = std::max(extent.high, y[j]);
    }
  }
  return extent;
}

bool NearestCells::may_meet(const Grid& from, const Extent& extent) const {
  if (extent.none) return false;
  const auto meet = [](double first, double last, double step, double low, double high) {
    const double reach = std::abs(step);
    return std::min(first, last) - reach <= high && std::max(first, last) + reach >= low;
  };
  // Longitudes may be a turn apart.
  return (maps_->degrees || meet(from.x(0), from.x(from.columns - 1), from.x_step, extent.left, extent.right)) &&
         meet(from.y(0), from.y(from.rows - 1), from.y_step, extent.low, extent.high);
}

std::vector<int32_t> NearestCells::in(const Grid& from, const Part& part) const {
  if (from.cells() > std::numeric_limits<int32_t>::max())
    throw Error("a raster of " + std::to_string(from.cells()) + " pixels is too large; cut the region out of it");
  std::vector<int32_t> cells(size_t(part.rows) * size_t(part.columns), -1);
  parallel_ranges(part.rows, 16, [&](int64_t first, int64_t last) {
    std::vector<double> x, y;
    for (int64_t i = first; i < last; ++i) {
      locate(part, int(i), x, y);
      for (size_t j = 0; j < x.size(); ++j) {
        double column = std::floor((x[j] - from.x_origin) / from.x_step + 0.5);
        for (const double turn : {360.0, -360.0})
          if (maps_->degrees && (column < 0 || column >= from.columns))
            column = std::floor((x[j] + turn - from.x_origin) / from.x_step + 0.5);
        const double row = std::floor((y[j] - from.y_origin) / from.y_step + 0.5);
        if (column >= 0 && column < from.columns && row >= 0 && row < from.rows)
          cells[size_t(i) * x.size() + j] = int32_t(row) * from.columns + int32_t(column);
      }
    }
  });
  return cells;
}

std::vector<int32_t> nearest_cells(const Grid& from, const Grid& to) {
  return NearestCells(from.crs, to).in(from, whole(to));
}

}  // namespace unetsr::data
