#pragma once
#include <optional>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/geography/polygons.hpp"

namespace unetsr::data {

// Where a grid's cells lie on the globe, as catalogues want it.
struct MapOutline {
  BoundingBox box;
  // The outline in longitude and latitude, counterclockwise, with points between the corners; cut in two at the date
  // line. Of a grid with a pole inside, or with corners beyond the globe's edge, the box,
  // to a 400th of the grid's sides.
  std::vector<Ring> polygons;
};

// None: no cell has a place on the globe.
std::optional<MapOutline> map_outline(const Grid&);

}  // namespace unetsr::data
