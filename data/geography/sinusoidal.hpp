#pragma once
#include <string>

#include "data/dataset/grid.hpp"

// The sinusoidal projection of MODIS land products, on a sphere: x = R longitude cos(latitude), y = R latitude.
namespace unetsr::data {

inline constexpr double modis_radius = 6371007.181;                  // m
inline constexpr double modis_tile = 1111950.5196666666;             // m, a tile's side: 10 degrees of latitude
inline constexpr int modis_tile_cells = 1200;                        // of a 1 km product, on a side
inline constexpr double modis_cell = modis_tile / modis_tile_cells;  // 926.625433055833 m

struct MapPoint {
  double x = 0, y = 0;  // m
};
struct GeoPoint {
  double longitude = 0, latitude = 0;  // degrees
};

MapPoint to_sinusoidal(GeoPoint);
// Beyond the globe's edge the longitude lies outside -180..180.
GeoPoint from_sinusoidal(MapPoint);

// Its definition for GDAL and PROJ.
extern const std::string modis_sinusoidal_crs;

// The 1 km grid of tile (h, v), north up: row 0 is the northernmost.
Grid modis_tile_grid(int h, int v);

}  // namespace unetsr::data
