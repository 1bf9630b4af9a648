#pragma once
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/geography/region.hpp"
#include "data/scene/world.hpp"

namespace unetsr::data {

// One MODIS tile of a scene, and the part of it that a granule holds.
struct SceneTile {
  int h = 0, v = 0;
  Grid grid;
};

// Where a simulated scene lies.
struct SceneRegion {
  std::string name;
  BoundingBox box;  // degrees; that of a small scene goes around its cells
  Grid grid;        // its 1 km cells, on the MODIS sinusoidal grid
  std::vector<SceneTile> tiles;
  std::vector<Part> blocks;  // of the grid's cells, up to 512 x 512: those that have a land
};

// minnesota: it and what lies around it, -101..-93 E, 43.7..49.8 N, whole tiles h10v04 and h11v04.
// savanna: the north of the Congo basin, 22..28 E, 3..8.5 N, the whole tile h20v08.
// Small: 192 x 192 cells of the last tile, and granules that hold no more than these.
SceneRegion region_of(Land, bool small);
// `box`: all blocks that its cells touch, or those 24 cells around, in whole tiles. Throws UsageError for a box beyond
// the date line.
SceneRegion region_around(const BoundingBox&);

}  // namespace unetsr::data
