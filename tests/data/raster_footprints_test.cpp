#include "data/footprints/raster_footprints.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

using namespace unetsr::data;

namespace {

constexpr float nan_f = std::numeric_limits<float>::quiet_NaN();

// 4 x 3 cells of a degree, west and north edges as given, north up.
Grid degrees(double west, double north = 50) {
  Grid grid;
  grid.rows = 3, grid.columns = 4, grid.y_step = -1;
  grid.x_origin = west + 0.5, grid.y_origin = north - 0.5;
  return grid;
}

FootprintCorners box(double west, double east, double south, double north) {
  return {{west, east, east, west}, {south, south, north, north}};
}

std::vector<float> numbered() {
  std::vector<float> values(12);
  std::iota(values.begin(), values.end(), 0.0f);
  return values;
}

float mean(const Grid& grid, const FootprintCorners& corners, const std::vector<float>& values) {
  return RasterFootprints::mean(RasterFootprints(grid).cells(corners), values);
}

}  // namespace

TEST_CASE("a footprint's mean weighs cells by the area that they share") {
  // A quarter in cell 0, three quarters in cell 1.
  CHECK(mean(degrees(10), box(10.75, 11.75, 49.25, 49.75), numbered()) == doctest::Approx(0.75));
  // A smaller one inside a cell.
  CHECK(mean(degrees(10), box(12.2, 12.3, 48.1, 48.2), numbered()) == doctest::Approx(6));
}

TEST_CASE("a footprint that a quarter or less of is missing has the mean of the rest, another has none") {
  std::vector<float> values = numbered();
  values[0] = nan_f;
  CHECK(mean(degrees(10), box(10.75, 11.75, 49.25, 49.75), values) == doctest::Approx(1));
  CHECK(std::isnan(mean(degrees(10), box(10.7, 11.7, 49.25, 49.75), values)));
  // Beyond the raster's edge counts as missing.
  CHECK(mean(degrees(10), box(9.75, 10.75, 49.25, 49.75), numbered()) == doctest::Approx(0));
  CHECK(std::isnan(mean(degrees(10), box(9.7, 10.7, 49.25, 49.75), numbered())));
  CHECK(RasterFootprints(degrees(10)).cells(box(40, 41, 49, 50)).shares.empty());
}

TEST_CASE("longitudes of a raster may begin anywhere") {
  const FootprintCorners west = box(-97.25, -96.25, 49.25, 49.75);
  CHECK(mean(degrees(-98), west, numbered()) == doctest::Approx(0.75));
  CHECK(mean(degrees(262), west, numbered()) == doctest::Approx(0.75));
  // Over the date line, on rasters on either side's count.
  const FootprintCorners date_line = {{179.75, -179.25, -179.25, 179.75}, {49.25, 49.25, 49.75, 49.75}};
  CHECK(mean(degrees(179), date_line, numbered()) == doctest::Approx(0.75));
  CHECK(mean(degrees(-181), date_line, numbered()) == doctest::Approx(0.75));
}

TEST_CASE("the same place has the same mean on the sinusoidal grid of MODIS") {
  Grid grid;
  grid.rows = grid.columns = 40;
  grid.crs = "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs";
  const double cell = 926.625;
  grid.x_step = cell, grid.y_step = -cell;
  grid.x_origin = -20 * cell + 780000, grid.y_origin = 5000000;
  // The values are the northing of the centres: a small footprint has that of its middle.
  std::vector<float> values;
  for (int row = 0; row < 40; ++row) values.insert(values.end(), 40, float(-row));
  const double latitude = (grid.y_origin - 20 * cell) / 6371007.181 * 180 / M_PI,
               longitude = 780000 / (6371007.181 * std::cos(latitude * M_PI / 180)) * 180 / M_PI;
  CHECK(mean(grid, box(longitude - 0.009, longitude + 0.009, latitude - 0.01, latitude + 0.01), values) ==
        doctest::Approx(-20).epsilon(0.001));
}
