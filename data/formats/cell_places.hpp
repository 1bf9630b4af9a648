#pragma once
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/geography/projection.hpp"

namespace unetsr::data {

// The longitudes and latitudes of the centres of a part's cells, degrees of WGS 84, rounded to 2^-24 degrees (7 mm) so
// that they deflate; `none` where a cell has no place on the globe.
struct CellPlaces {
  std::vector<double> longitudes, latitudes;
};
CellPlaces cell_places(const Projection&, const Grid&, const Part&, double none);

}  // namespace unetsr::data
