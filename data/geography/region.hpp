#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::data {

// Degrees; west > east crosses the date line.
struct BoundingBox {
  double west = 0, south = 0, east = 0, north = 0;
};
BoundingBox parse_bbox(const std::string& text);  // W,S,E,N; throws UsageError

struct RegionOptions {
  std::optional<BoundingBox> bbox;
  std::filesystem::path polygons;  // a vector file of GDAL's: its features, together
  std::string crs;                 // empty: that of `lattice`
  double resolution = 0;           // in units of crs; 0: that of `lattice`
  int factor = 1;                  // rows and columns become multiples of it
};

// The smallest grid, north up, that covers the box (or the polygons' envelope, or `extent` where there is neither). In
// the reference system of `lattice` and at its resolution, its cells are cells of `lattice`; else they begin at
// multiples of the resolution. Throws UsageError: no area, an area that the reference system cannot hold, a resolution
// that is missing or absurd (over 1e9 cells).
Grid region_grid(const RegionOptions&, const Grid& lattice, const Grid& extent);

// The cells whose centre lies inside the polygons. Throws Error: not a vector file, no polygon, none of them here.
Mask inside_polygons(const std::filesystem::path& polygons, const Grid&);

}  // namespace unetsr::data
