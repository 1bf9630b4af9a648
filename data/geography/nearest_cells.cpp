#include "data/geography/nearest_cells.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "data/geography/projection.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {

std::vector<int32_t> nearest_cells(const Grid& from, const Grid& to) {
  if (from.cells() > std::numeric_limits<int32_t>::max())
    throw Error("a raster of " + std::to_string(from.cells()) + " pixels is too large; cut the region out of it");
  std::vector<int32_t> cells(size_t(to.cells()), -1);
  const bool same_map = same_crs(from.crs, to.crs), degrees = Projection(from.crs).geographic();
  const Projection source(from.crs), target(to.crs);
  parallel_ranges(to.rows, 16, [&](int64_t first, int64_t last) {
    std::vector<double> x(size_t(to.columns)), y(x.size());
    for (int64_t i = first; i < last; ++i) {
      for (int j = 0; j < to.columns; ++j) x[size_t(j)] = to.x(j), y[size_t(j)] = to.y(int(i));
      if (!same_map) {
        if (target.geographic())  // longitudes may go on beyond 180
          for (double& v : x) v = std::remainder(v, 360);
        target.to_globe(x, y);
        source.to_map(x, y);
      }
      for (size_t j = 0; j < x.size(); ++j) {
        double column = std::floor((x[j] - from.x_origin) / from.x_step + 0.5);
        for (const double turn : {360.0, -360.0})
          if (degrees && (column < 0 || column >= from.columns))
            column = std::floor((x[j] + turn - from.x_origin) / from.x_step + 0.5);
        const double row = std::floor((y[j] - from.y_origin) / from.y_step + 0.5);
        if (column >= 0 && column < from.columns && row >= 0 && row < from.rows)
          cells[size_t(i) * x.size() + j] = int32_t(row) * from.columns + int32_t(column);
      }
    }
  });
  return cells;
}

}  // namespace unetsr::data
