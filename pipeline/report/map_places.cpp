#include "pipeline/report/map_places.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/geography/projection.hpp"

namespace unetsr::pipeline::report {
namespace {

// Each longitude within 180 degrees of the one before it in its row, and the first of a row of that above it.
void run_on(MapPlaces& places) {
  double first = NAN;
  for (int i = 0; i < places.rows; ++i) {
    double last = first;
    bool begun = false;
    for (int j = 0; j < places.columns; ++j) {
      double& longitude = places.longitude[size_t(i) * size_t(places.columns) + size_t(j)];
      if (std::isnan(longitude)) continue;
      if (!std::isnan(last)) longitude = last + std::remainder(longitude - last, 360.0);
      last = longitude;
      if (!std::exchange(begun, true)) first = longitude;
    }
  }
}

struct Points {
  std::vector<double> x, y;
};

// Points of the map at equal distances, `offset` of them farther to the east and south.
Points points_on(const data::Grid& grid, int rows, int columns, double offset) {
  const double west = grid.x(0) - grid.x_step / 2, first = grid.y(0) - grid.y_step / 2;
  const double height = grid.y_step * grid.rows, north = grid.y_step > 0 ? first + height : first;
  Points points;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) {
      points.x.push_back(west + (j + offset) / (columns - 1) * grid.x_step * grid.columns);
      points.y.push_back(north - (i + offset) / (rows - 1) * std::abs(height));
    }
  return points;
}

MapPlaces places_at(const data::Grid& grid, const data::Projection& map, int rows, int columns) {
  auto [longitude, latitude] = points_on(grid, rows, columns, 0);
  map.to_globe(longitude, latitude);
  MapPlaces places{rows, columns, longitude, latitude};
  if (!map.geographic()) run_on(places);
  return places;
}

// The largest error in the middle of the squares, where it is largest, in cells.
double error_of(const MapPlaces& places, const data::Grid& grid, const data::Projection& map) {
  Points middle;
  const auto mean = [&](const std::vector<double>& values, int i, int j) {
    const size_t at = size_t(i) * size_t(places.columns) + size_t(j), below = at + size_t(places.columns);
    return (values[at] + values[at + 1] + values[below] + values[below + 1]) / 4;
  };
  const Points right = points_on(grid, places.rows, places.columns, 0.5);
  std::vector<size_t> at;
  for (int i = 0; i + 1 < places.rows; ++i)
    for (int j = 0; j + 1 < places.columns; ++j) {
      const double longitude = mean(places.longitude, i, j), latitude = mean(places.latitude, i, j);
      if (std::isnan(longitude) || std::isnan(latitude)) continue;
      middle.x.push_back(std::remainder(longitude, 360.0)), middle.y.push_back(latitude);
      at.push_back(size_t(i) * size_t(places.columns) + size_t(j));
    }
  map.to_map(middle.x, middle.y);
  double largest = 0;
  for (size_t k = 0; k < at.size(); ++k) {
    const double error = std::max(std::abs((middle.x[k] - right.x[at[k]]) / grid.x_step),
                                  std::abs((middle.y[k] - right.y[at[k]]) / grid.y_step));
    if (!std::isnan(error)) largest = std::max(largest, error);
  }
  return largest;
}

}  // namespace

MapPlaces places_of(const data::Grid& grid) {
  constexpr double enough = 0.05;
  constexpr int most = 129;
  const data::Projection map(grid.crs);
  for (int side = map.geographic() ? 2 : 5;; side = 2 * side - 1) {
    MapPlaces places = places_at(grid, map, side, side);
    if (2 * side - 1 > most || error_of(places, grid, map) <= enough) return places;
  }
}

}  // namespace unetsr::pipeline::report
