#pragma once
#include <string>

#include "data/dataset/grid.hpp"
#include "data/dataset/mask.hpp"
#include "data/geography/polygons.hpp"

namespace unetsr::data {

// Longitudes and latitudes between which the chosen cells (rows, columns; no choice: all) lie, corners included. A box
// with west > east crosses the date line. Cells without a place on the globe do not count.
BoundingBox extent_in_degrees(const Grid&, const Mask& region);

// A reference system in metres for maps of a box, as --crs takes it: EPSG:5070 in the conterminous United States,
// EPSG:3035 in Europe, the UTM zone of a box of six degrees or less, EPSG:6933 (cylindrical, equal areas) for more than
// 90 degrees, else Lambert's azimuthal equal-area projection around the box's middle.
std::string map_crs_for(const BoundingBox&);

}  // namespace unetsr::data
