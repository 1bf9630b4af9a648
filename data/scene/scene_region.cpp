#include "data/scene/scene_region.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "data/dataset/file_blocks.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

constexpr int margin = 24;       // cells around the box
constexpr int small_size = 192;  // cells
constexpr int block_size = 512;

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

// Of the whole globe, from which tiles are cut.
Grid modis_grid() {
  Grid grid = modis_tile_grid(0, 0);
  grid.rows = 18 * modis_tile_cells, grid.columns = 36 * modis_tile_cells;
  return grid;
}

// The map's x between two parallels, of a box: a meridian lies nearest to the middle where the parallel is short.
struct Span {
  double west, east;  // m
};

Span span_between(const BoundingBox& box, double south, double north) {
  std::array<double, 3> latitudes = {south, north, std::clamp(0.0, south, north)};
  Span span = {to_sinusoidal({box.west, south}).x, to_sinusoidal({box.east, south}).x};
  for (const double latitude : latitudes) {
    span.west = std::min(span.west, to_sinusoidal({box.west, latitude}).x);
    span.east = std::max(span.east, to_sinusoidal({box.east, latitude}).x);
  }
  return span;
}

bool touches(const BoundingBox& box, const Grid& grid, const Part& block) {
  const double rim = margin * modis_cell;
  const double top = grid.y(block.row) + rim, bottom = grid.y(block.row + block.rows - 1) - rim;
  const double south = std::max(box.south, from_sinusoidal({0, bottom}).latitude);
  const double north = std::min(box.north, from_sinusoidal({0, top}).latitude);
  if (south > north) return false;
  const Span span = span_between(box, south, north);
  return grid.x(block.column) <= span.east + rim && grid.x(block.column + block.columns - 1) >= span.west - rim;
}

std::vector<Part> blocks_of(const Grid& grid) {
  const FileBlocks squares(grid, block_size);
  std::vector<Part> blocks;
  for (int64_t i = 0; i < squares.count(); ++i) blocks.push_back(squares.part(i));
  return blocks;
}

// Whether a block of the region has cells of the tile.
bool has_cells(const SceneRegion& region, const Grid& tile) {
  return std::any_of(region.blocks.begin(), region.blocks.end(), [&](const Part& block) {
    const Grid part = part_of(region.grid, block);
    const double half = modis_cell / 2;
    return part.x(0) < tile.x(tile.columns - 1) + half && part.x(part.columns - 1) > tile.x(0) - half &&
           part.y(0) > tile.y(tile.rows - 1) - half && part.y(part.rows - 1) < tile.y(0) + half;
  });
}

}  // namespace

SceneRegion region_of(Land land, bool small) {
  const auto [name, box, v, west_tile, east_tile, small_row, small_column] = place_of(land);
  SceneRegion region{name, box, {}, {}, {}};
  if (small) {
    region.grid = part_of(modis_tile_grid(east_tile, v), {small_row, small_column, small_size, small_size});
    region.box = box_around(region.grid);
    region.tiles = {{east_tile, v, region.grid}};
    region.blocks = blocks_of(region.grid);
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
  region.blocks = blocks_of(region.grid);
  return region;
}

SceneRegion region_around(const BoundingBox& box) {
  if (box.west >= box.east)
    throw UsageError("--bbox: the box crosses the date line, at which the map is cut; simulate its two sides apart");
  const Grid globe = modis_grid();
  const Span span = span_between(box, box.south, box.north);
  const auto column = [&](double x) { return int(std::lround((x - globe.x_origin) / globe.x_step)); };
  const auto row = [&](double latitude) {
    return int(std::lround((to_sinusoidal({0, latitude}).y - globe.y_origin) / globe.y_step));
  };
  const int left = std::max(0, column(span.west) - margin), top = std::max(0, row(box.north) - margin);
  const int right = std::min(globe.columns, column(span.east) + 1 + margin);
  const int bottom = std::min(globe.rows, row(box.south) + 1 + margin);
  SceneRegion region{"box", box, part_of(globe, {top, left, bottom - top, right - left}), {}, {}};
  for (const Part& block : blocks_of(region.grid))
    if (touches(box, region.grid, block)) region.blocks.push_back(block);
  for (int v = 0; v < 18; ++v)
    for (int h = 0; h < 36; ++h)
      if (const Grid tile = modis_tile_grid(h, v); has_cells(region, tile)) region.tiles.push_back({h, v, tile});
  return region;
}

}  // namespace unetsr::data
