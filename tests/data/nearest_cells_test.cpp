#include "data/geography/nearest_cells.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "data/formats/raster_reader.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/region.hpp"
#include "data/geography/sinusoidal.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

Grid on_map(const std::string& box, const std::string& crs, double resolution) {
  RegionOptions o;
  o.bbox = parse_bbox(box), o.crs = crs, o.resolution = resolution;
  return region_grid(o, modis_tile_grid(18, 9), modis_tile_grid(18, 9));
}

// The cells that get a pixel, and those of them that get another than that in which their centre lies.
std::pair<int64_t, int64_t> found(const Grid& tile, const Grid& grid) {
  const std::vector<int32_t> cells = nearest_cells(tile, grid);
  const Projection map(grid.crs);
  int64_t count = 0, wrong = 0;
  for (int i = 0; i < grid.rows; ++i)
    for (int j = 0; j < grid.columns; ++j) {
      double x = grid.x(j), y = grid.y(i);
      map.to_geographic({&x, 1}, {&y, 1});
      const MapPoint p = to_sinusoidal({x, y});
      const double column = (p.x - tile.x(0)) / tile.x_step, row = (p.y - tile.y(0)) / tile.y_step;
      const bool inside = column > -0.5 && column < tile.columns - 0.5 && row > -0.5 && row < tile.rows - 0.5;
      const int32_t cell = cells[size_t(i) * size_t(grid.columns) + size_t(j)];
      if (std::abs(column + 0.5) < 1e-6 || std::abs(row + 0.5) < 1e-6) continue;  // on the tile's edge
      count += cell >= 0;
      wrong += inside != (cell >= 0) || (inside && std::abs(cell % tile.columns - column) > 0.501) ||
               (inside && std::abs(cell / tile.columns - row) > 0.501);
    }
  return {count, wrong};
}

}  // namespace

TEST_CASE("No tile is lost on maps that the date line does not cut") {
  const Grid pacific = on_map("130,-50,-120,20", "EPSG:3832", 20000);
  for (const auto& [h, v] : {std::pair(35, 10), {0, 10}, {34, 10}, {31, 12}, {1, 7}, {33, 9}}) {
    INFO(h << " " << v);
    const auto [count, wrong] = found(modis_tile_grid(h, v), pacific);
    CHECK(count > 1000);
    CHECK(wrong == 0);
  }
  // A strip as narrow as that of a small region, on both sides of the line.
  for (const double x : {-19.12e6, 18.94e6}) {
    const Grid strip = {192, 192, x + modis_cell / 2, modis_cell, -1.9e6, -modis_cell, modis_sinusoidal_crs};
    const auto [count, wrong] = found(strip, on_map("176,-20,-177,-15", "EPSG:3832", 2000));
    CHECK(count > 1000);
    CHECK(wrong == 0);
  }
}

TEST_CASE("Tiles around a pole, where all longitudes meet") {
  const Grid north = on_map("-180,65,180,90", "EPSG:3413", 20000),
             south = on_map("-180,-90,180,-75", "EPSG:3031", 20000);
  for (const int h : {17, 18}) {
    CHECK(found(modis_tile_grid(h, 0), north).first > 1000);
    CHECK(found(modis_tile_grid(h, 0), north).second == 0);
    CHECK(found(modis_tile_grid(h, 17), south).first > 1000);
    CHECK(found(modis_tile_grid(h, 17), south).second == 0);
  }
}

TEST_CASE("Beyond a map's edge nothing is repeated") {
  Grid beyond = on_map("-60,0,-31,10", "EPSG:3832", 20000);  // up to the edge at 30 W
  beyond.columns += 100;
  const std::vector<int32_t> cells = nearest_cells(modis_tile_grid(15, 8), beyond);
  for (int i = 0; i < beyond.rows; ++i)
    for (int j = 0; j < beyond.columns; ++j)
      if (beyond.x(j) > 20037509) CHECK(cells[size_t(i) * size_t(beyond.columns) + size_t(j)] == -1);
}

TEST_CASE("The same pixels as GDAL's nearest neighbour, where GDAL finds them") {
  const Grid tile = modis_tile_grid(11, 4);
  Raster numbers{tile, std::vector<float>(size_t(tile.cells()))};
  std::iota(numbers.values.begin(), numbers.values.end(), 0.0f);
  for (const char* crs : {"EPSG:32615", "EPSG:5070", modis_sinusoidal_crs.c_str()}) {
    const Grid grid = on_map("-98,44,-95,46", crs, 1000);
    const std::vector<float> expected = on_grid(numbers, grid, Resampling::nearest);
    const std::vector<int32_t> cells = nearest_cells(tile, grid);
    int64_t different = 0;
    for (size_t i = 0; i < cells.size(); ++i)
      different += std::isnan(expected[i]) ? cells[i] >= 0 : float(cells[i]) != expected[i];
    CHECK(different == 0);
  }
}

TEST_CASE("the middle of an azimuthal map has its place on the globe") {
  const Grid from{180, 360, -179.5, 1, 89.5, -1, "EPSG:4326"};
  for (const double latitude : {46.9, 47.1, 47.3, 0.0})
    for (const double metres : {1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1.0, 1000.0}) {
      CAPTURE(latitude);
      CAPTURE(metres);
      const std::string crs = "+proj=laea +lon_0=-95.5 +datum=WGS84 +lat_0=" + std::to_string(latitude);
      for (const int32_t cell : nearest_cells(from, {3, 3, -metres, metres, metres, -metres, crs})) CHECK(cell >= 0);
    }
}
