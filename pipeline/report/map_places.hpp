#pragma once
#include <optional>
#include <vector>

#include "data/dataset/grid.hpp"

namespace unetsr::pipeline::report {

// Longitudes and latitudes at points of a map, between which a page interpolates: row by row from the north, each row
// from the west, at equal distances from edge to edge of the cells. Between the points of a square bilinear
// interpolation is right to a twentieth of a cell, or as near to it as 129 points a side allow. Longitudes run on
// beyond 180 degrees where the map does; NaN: no place on the globe.
struct MapPlaces {
  int rows = 0, columns = 0;
  std::vector<double> longitude, latitude;
};
MapPlaces places_of(const data::Grid&);

}  // namespace unetsr::pipeline::report
