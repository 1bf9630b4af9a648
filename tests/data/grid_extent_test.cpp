#include "data/geography/grid_extent.hpp"

#include <doctest/doctest.h>

#include "data/geography/region.hpp"
#include "data/geography/sinusoidal.hpp"

using namespace unetsr;
using namespace unetsr::data;

TEST_CASE("The extent of a box's cells is the box, that of its sheared rectangle is not") {
  RegionOptions o;
  o.bbox = BoundingBox{-100, 44.5, -94, 49};
  const Grid lattice = modis_tile_grid(11, 4), grid = region_grid(o, lattice, lattice);
  const BoundingBox box = extent_in_degrees(grid, inside_box(*o.bbox, grid)), all = extent_in_degrees(grid, {});
  constexpr double cell = 0.02;  // degrees, of longitude at 49 N
  CHECK(box.west == doctest::Approx(-100).epsilon(cell / 100));
  CHECK(box.east == doctest::Approx(-94).epsilon(cell / 94));
  CHECK(box.south == doctest::Approx(44.5).epsilon(cell / 44));
  CHECK(box.north == doctest::Approx(49).epsilon(cell / 49));
  CHECK(all.west < -104);
  CHECK(all.east > -90);
  CHECK(all.north == doctest::Approx(49).epsilon(cell / 49));
}

TEST_CASE("An extent over the date line runs from its west to its east") {
  Grid grid{10, 10, 175.5, 1, -5.5, -1, "EPSG:4326"};
  grid.crs = "EPSG:3832", grid.x_origin = 2.9e6, grid.x_step = 1e5, grid.y_origin = 5e5, grid.y_step = -1e5;
  const BoundingBox box = extent_in_degrees(grid, {});
  CHECK(box.west > 170);
  CHECK(box.east < -170);
  CHECK(extent_in_degrees(Grid{2, 2, 10.5, 1, 5.5, -1, "EPSG:4326"}, {}).west == 10);
  const BoundingBox one = extent_in_degrees(Grid{2, 2, 10.5, 1, 5.5, -1, "EPSG:4326"}, {0, 0, 0, 1});
  CHECK(one.west == 11);
  CHECK(one.south == 4);
}

TEST_CASE("A projection for maps of a region") {
  CHECK(map_crs_for({-100, 44, -94, 49}) == "EPSG:5070");
  CHECK(map_crs_for({5, 45, 15, 55}) == "EPSG:3035");
  CHECK(map_crs_for({28, -30, 32, -25}) == "EPSG:32736");
  CHECK(map_crs_for({100, 10, 105, 15}) == "EPSG:32648");
  CHECK(map_crs_for({178, -20, -178, -15}) == "EPSG:32760");
  CHECK(map_crs_for({-75, -20, -45, 5}) == "+proj=laea +lat_0=-8 +lon_0=-60 +datum=WGS84 +units=m");
  CHECK(map_crs_for({-180, -60, 180, 80}) == "EPSG:6933");
}
