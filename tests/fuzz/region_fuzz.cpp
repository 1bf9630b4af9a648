// --region: polygons of a vector file.
#include <cmath>

#include "data/geography/polygons.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "region.geojson");
  fuzz::refused_or_read([&] {
    const std::vector<data::PolygonSet> layers = data::read_polygons(path);
    fuzz::require(!layers.empty(), "no polygons");
    for (const data::PolygonSet& set : layers) {
      for (const data::PolygonRings& polygon : set.polygons)
        for (const data::Ring& ring : polygon.rings) {
          fuzz::require(ring.x.size() == ring.y.size(), "a ring of uneven coordinates");
          for (size_t i = 0; i < ring.x.size(); ++i)
            fuzz::require(std::isfinite(ring.x[i]) && std::isfinite(ring.y[i]), "coordinates that are no numbers");
          if (set.crs == "EPSG:4326")
            for (const double latitude : ring.y) fuzz::require(std::abs(latitude) <= 90, "a vertex beyond a pole");
        }
      const data::PolygonIndex index(set);
      index.holds(0, 0), index.holds(-95, 45);
    }
  });
  return 0;
}
