#include "data/geography/grid_extent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "data/geography/projection.hpp"

namespace unetsr::data {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Corners {
  std::vector<double> x, y;
};

// The corners of the first and the last chosen cell of each row and column, between which the others lie.
Corners outer_corners(const Grid& grid, const Mask& region) {
  const auto chosen = [&](int i, int j) {
    return region.empty() || region[size_t(i) * size_t(grid.columns) + size_t(j)] != 0;
  };
  Corners corners;
  const auto add = [&](int i, int j) {
    for (const double side : {-0.5, 0.5})
      for (const double end : {-0.5, 0.5})
        corners.x.push_back(grid.x(j) + side * grid.x_step), corners.y.push_back(grid.y(i) + end * grid.y_step);
  };
  for (int i = 0; i < grid.rows; ++i) {
    int first = 0, last = grid.columns - 1;
    while (first <= last && !chosen(i, first)) ++first;
    while (last > first && !chosen(i, last)) --last;
    if (first <= last) add(i, first), add(i, last);
  }
  for (int j = 0; j < grid.columns; ++j) {
    int first = 0, last = grid.rows - 1;
    while (first <= last && !chosen(first, j)) ++first;
    while (last > first && !chosen(last, j)) --last;
    if (first <= last) add(first, j), add(last, j);
  }
  return corners;
}

bool within(const BoundingBox& box, const BoundingBox& outer) {
  return box.west < box.east && box.west >= outer.west && box.east <= outer.east && box.south >= outer.south &&
         box.north <= outer.north;
}

}  // namespace

BoundingBox extent_in_degrees(const Grid& grid, const Mask& region) {
  Corners corners = outer_corners(grid, region);
  Projection(grid.crs).to_globe(corners.x, corners.y);
  // The date line may lie between them: then the longitudes from 0 to 360 span less.
  BoundingBox box{infinity, infinity, -infinity, -infinity};
  double west = infinity, east = -infinity;
  for (size_t i = 0; i < corners.x.size(); ++i) {
    const double x = corners.x[i], y = corners.y[i];
    if (std::isnan(x)) continue;
    const double turned = x < 0 ? x + 360 : x;
    box.west = std::min(box.west, x), box.east = std::max(box.east, x);
    west = std::min(west, turned), east = std::max(east, turned);
    box.south = std::min(box.south, y), box.north = std::max(box.north, y);
  }
  if (east - west < box.east - box.west - 1e-9) box.west = west, box.east = east > 180 ? east - 360 : east;
  return box;
}

std::string map_crs_for(const BoundingBox& box) {
  constexpr BoundingBox conterminous_states{-125.5, 24, -66, 50}, europe{-25, 34, 45, 72};
  if (within(box, conterminous_states)) return "EPSG:5070";
  if (within(box, europe)) return "EPSG:3035";
  const double width = box.west < box.east ? box.east - box.west : box.east + 360 - box.west;
  double middle = box.west + width / 2;
  if (middle > 180) middle -= 360;
  if (width > 90) return "EPSG:6933";
  if (width <= 6 && box.south > -80 && box.north < 84) {
    const int zone = std::clamp(int(std::floor((middle + 180) / 6)) + 1, 1, 60);
    return fmt::format("EPSG:{}{:02}", box.south + box.north >= 0 ? 326 : 327, zone);
  }
  return fmt::format("+proj=laea +lat_0={:.0f} +lon_0={:.0f} +datum=WGS84 +units=m", (box.south + box.north) / 2,
                     middle);
}

}  // namespace unetsr::data
