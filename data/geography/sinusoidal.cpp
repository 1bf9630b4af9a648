#include "data/geography/sinusoidal.hpp"

#include <cmath>
#include <numbers>

namespace unetsr::data {

const std::string modis_sinusoidal_crs = "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs";

MapPoint to_sinusoidal(GeoPoint p) {
  const double radians = std::numbers::pi / 180, latitude = p.latitude * radians;
  return {modis_radius * p.longitude * radians * std::cos(latitude), modis_radius * latitude};
}

GeoPoint from_sinusoidal(MapPoint p) {
  const double degrees = 180 / std::numbers::pi, latitude = p.y / modis_radius;
  return {p.x / (modis_radius * std::cos(latitude)) * degrees, latitude * degrees};
}

Grid modis_tile_grid(int h, int v) {
  Grid grid;
  grid.rows = grid.columns = modis_tile_cells;
  grid.x_step = modis_cell, grid.y_step = -modis_cell;
  grid.x_origin = (h - 18) * modis_tile + modis_cell / 2;
  grid.y_origin = (9 - v) * modis_tile - modis_cell / 2;
  grid.crs = modis_sinusoidal_crs;
  return grid;
}

}  // namespace unetsr::data
