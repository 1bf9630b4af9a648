#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/report/map.hpp"

// Rasters of one grid in a map that pans and zooms (Leaflet), two at a time with a swipe between them. Each raster
// stands on the page once, as a panel of its own; without a script these panels are what one sees.
namespace unetsr::pipeline::report {

struct MapScale {
  ColourScale colours;
  std::string label;
};

struct MapLayer {
  std::string name;
  size_t window = 0, scale = 0;   // of MapViewer::windows, MapViewer::scales
  std::span<const float> values;  // rows x columns of MapViewer::frame
};

struct MapViewer {
  std::string id;  // unique on the page
  MapFrame frame;
  std::vector<std::string> windows;
  std::vector<MapScale> scales;
  std::vector<MapLayer> layers;
  std::string left, right;  // names of the layers to begin with
};

// Rasters of more than `most_bytes` in all are averaged over blocks of 2 x 2, 3 x 3, ... cells until they are not, and
// a note says so.
Html map_viewer(const MapViewer&, size_t most_bytes = 12'500'000);

}  // namespace unetsr::pipeline::report
