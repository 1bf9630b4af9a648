#include "data/formats/cell_places.hpp"

#include <cmath>

#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

double rounded(double degrees) {
  constexpr double steps = 1 << 24;
  return std::round(degrees * steps) / steps;
}

}  // namespace

CellPlaces cell_places(const Projection& projection, const Grid& grid, const Part& part, double none) {
  const size_t columns = size_t(part.columns), cells = size_t(part.rows) * columns;
  CellPlaces places{std::vector<double>(cells), std::vector<double>(cells)};
  parallel_for(part.rows, [&](int64_t row) {
    const std::span x(places.longitudes.data() + size_t(row) * columns, columns);
    const std::span y(places.latitudes.data() + size_t(row) * columns, columns);
    for (size_t c = 0; c < columns; ++c) x[c] = grid.x(part.column + int(c)), y[c] = grid.y(part.row + int(row));
    projection.to_globe(x, y);
    for (size_t c = 0; c < columns; ++c) {
      const bool lost = std::isnan(x[c]) || std::isnan(y[c]);
      x[c] = lost ? none : rounded(x[c]), y[c] = lost ? none : rounded(y[c]);
    }
  });
  return places;
}

}  // namespace unetsr::data
