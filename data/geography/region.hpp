#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/dataset/mask.hpp"
#include "data/geography/polygons.hpp"

namespace unetsr::data {

struct RegionOptions {
  std::optional<BoundingBox> bbox;
  std::filesystem::path polygons;  // a vector file of GDAL's: its features, together
  std::string crs;                 // empty: that of `lattice`
  double resolution = 0;           // in units of crs; 0: that of `lattice`
  int factor = 1;                  // rows and columns become multiples of it
};

// The smallest grid, north up, that covers the box (or the polygons, or `extent` where there is neither): the rectangle
// of the map around them, so that a box and a polygon of the same corners have the same grid. Cells of it may lie
// outside them. In the reference system
// of `lattice` and at its resolution, its cells are cells of `lattice`; else they are squares that begin at multiples
// of the resolution. Throws UsageError: no area, an area that the reference system cannot hold or holds in two pieces
// (see map_extent.hpp), a resolution that is missing or too fine (over 1e9 cells). Throws what read_polygons throws.
Grid region_grid(const RegionOptions&, const Grid& lattice, const Grid& extent);

// The cells whose centre lies in the box, between its meridians and parallels. Throws UsageError where none does.
Mask inside_box(const BoundingBox&, const Grid&);

// The cells whose centre lies inside the polygons, whose edges are straight in the file's own coordinates. Throws what
// read_polygons throws, and Error where no centre lies inside.
Mask inside_polygons(const std::filesystem::path& polygons, const Grid&);

}  // namespace unetsr::data
