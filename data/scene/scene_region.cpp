#include "data/scene/scene_region.hpp"

#include <algorithm>
#include <cmath>

#include "data/geography/sinusoidal.hpp"

namespace unetsr::data {
namespace {

constexpr int margin = 24;       // cells around the box
constexpr int small_size = 192;  // cells

struct Place {
  const char* name;
  BoundingBox box;
  int v, west_tile, east_tile;
  int small_row, small_column;  // in the east tile
};

Place place_of(Land land) {
  if (land == Land::savanna) return {"savanna", {22, 3, 28, 8.5}, 8, 20, 20, 500, 480};
  return {"minnesota", {-101, 43.7, -93, 49.8}, 4, 10, 11, 448, 320};
}

BoundingBox box_around(const Grid& grid) {
  BoundingBox box = {180, 90, -180, -90};
  for (const double row : {-0.5, grid.rows - 0.5})
    for (const double column : {-0.5, grid.columns - 0.5}) {
      const GeoPoint p = from_sinusoidal({grid.x_origin + column * grid.x_step, grid.y_origin + row * grid.y_step});
      box.west = std::min(box.west, p.longitude), box.east = std::max(box.east, p.longitude);
      box.south = std::min(box.south, p.latitude), box.north = std::max(box.north, p.latitude);
    }
  return box;
}

}  // namespace

SceneRegion region_of(Land land, bool small) {
  const auto [name, box, v, west_tile, east_tile, small_row, small_column] = place_of(land);
  SceneRegion region{name, box, {}, {}};
  if (small) {
    region.grid = part_of(modis_tile_grid(east_tile, v), {small_row, small_column, small_size, small_size});
    region.box = box_around(region.grid);
    region.tiles = {{east_tile, v, region.grid}};
    return region;
  }
  Grid both = modis_tile_grid(west_tile, v);
  both.columns *= east_tile - west_tile + 1;
  const MapPoint south_west = to_sinusoidal({box.west, box.south});
  const MapPoint north_east = to_sinusoidal({box.east, box.north});
  const auto column = [&](double x) { return int(std::lround((x - both.x_origin) / both.x_step)); };
  const auto row = [&](double y) { return int(std::lround((y - both.y_origin) / both.y_step)); };
  const int left = std::max(0, column(south_west.x) - margin), top = std::max(0, row(north_east.y) - margin);
  const int right = std::min(both.columns, column(north_east.x) + 1 + margin);
  const int bottom = std::min(both.rows, row(south_west.y) + 1 + margin);
  region.grid = part_of(both, {top, left, bottom - top, right - left});
  for (int h = west_tile; h <= east_tile; ++h) region.tiles.push_back({h, v, modis_tile_grid(h, v)});
  return region;
}

}  // namespace unetsr::data
