// --bbox, and the grid around it.
#include <cmath>

#include "data/geography/region.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const std::string text = fuzz::text_of(data, size);
  fuzz::refused_or_read([&] {
    data::RegionOptions options;
    options.bbox = data::parse_bbox(text);
    const data::BoundingBox& box = *options.bbox;
    fuzz::require(box.south < box.north && box.south >= -90 && box.north <= 90, "latitudes beyond the poles");
    fuzz::require(std::abs(box.west) <= 180 && std::abs(box.east) <= 180 && box.west != box.east, "no longitudes");
    for (const data::PolygonRings& polygon : data::polygons_of(box).polygons)
      for (const data::Ring& ring : polygon.rings)
        fuzz::require(ring.x.size() == 4 && ring.y.size() == 4, "no rectangle");
    options.factor = 4;
    const data::Grid lattice = {18000, 36000, -179.995, 0.01, 89.995, -0.01, "EPSG:4326"};
    const data::Grid grid = data::region_grid(options, lattice, lattice);
    fuzz::require(grid.rows > 0 && grid.columns > 0 && grid.rows % 4 == 0 && grid.columns % 4 == 0, "an empty grid");
    fuzz::require(double(grid.rows) * grid.columns < 1.1e9, "a grid without bounds");
  });
  return 0;
}
