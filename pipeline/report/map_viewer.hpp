#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/report/map.hpp"

// Rasters of one grid in a map that pans and zooms (Leaflet), two at a time with a swipe between them, under coasts,
// borders and outlines; it shows the place and the values under the pointer. Each raster stands on the page once, as a
// panel of its own; without a script, and on paper, these panels are what one sees.
namespace unetsr::pipeline::report {

struct MapScale {
  ColourScale colours;
  std::string label;  // what, and its units
};

struct MapLayer {
  std::string name;
  size_t window = 0, scale = 0;        // of MapViewer::windows, MapViewer::scales
  std::span<const float> values;       // rows x columns of MapViewer::frame
  std::string group = {};              // heading under which the layer is offered; empty: none
  std::optional<size_t> outline = {};  // of MapViewer::outlines, drawn with the layer
};

// Cells that are outlined where a layer is shown that asks for it.
struct MapOutline {
  std::vector<uint8_t> cells;  // rows x columns of MapViewer::frame; not 0: inside
};

struct MapViewer {
  std::string id;  // unique on the page
  MapFrame frame;
  std::vector<std::string> windows;
  std::vector<MapScale> scales;
  std::vector<MapLayer> layers;
  std::string left, right;  // names of the layers to begin with
  std::vector<MapOutline> outlines = {};
  std::string outlined = {};  // what outlines enclose: "held-out cells"
};

// Rasters of more than `most_bytes` in all are averaged over blocks of 2 x 2, 3 x 3, ... cells until they are not, with
// a note.
Html map_viewer(const MapViewer&, size_t most_bytes = 12'500'000);

}  // namespace unetsr::pipeline::report
