#pragma once
#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/geography/polygons.hpp"

namespace unetsr::data {

// A rectangle of a map, in its coordinates.
struct MapRectangle {
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  double west = infinity, south = infinity, east = -infinity, north = -infinity;

  void add(double x, double y) {
    west = std::min(west, x), east = std::max(east, x);
    south = std::min(south, y), north = std::max(north, y);
  }
};

// The smallest rectangle of the map of `crs` around the polygons, to a twentieth of `cell`: edges are followed point by
// point, since one that is straight in degrees bends on a map. Throws UsageError: polygons without a place on the map,
// or on both sides of the line at which it is cut, with a map that holds them in one piece.
MapRectangle map_rectangle(const std::vector<PolygonSet>& polygons, const std::string& crs, double cell);

// Throws UsageError where grids of one map lie on both sides of the line at which it is cut.
void refuse_grids_across_the_cut(std::span<const Grid>);

}  // namespace unetsr::data
