#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "pipeline/maps/colour_map.hpp"
#include "pipeline/report/markup.hpp"

// Rasters drawn as maps: north up, cells as wide and high as they are on the ground, missing cells hatched.
namespace unetsr::pipeline::report {

struct MapEdges {
  double west = 0, east = 1, south = 0, north = 1;  // in the grid's coordinates; without a grid in cells
};

// Rows and columns of a raster, and where it lies; without a place its cells are drawn square and without axes.
struct MapFrame {
  int rows = 0, columns = 0;
  std::optional<data::Grid> grid;

  bool south_first() const;
  bool geographic() const;  // degrees
  double aspect() const;    // height over width on the ground
  MapEdges edges() const;
  // How far meridians lean to the east for a step to the north, in the middle of a map whose parallels are level, as
  // the granules' own; else 0. Drawings are sheared by it, so that north is up.
  double lean() const;
  MapFrame thinned(int factor) const;  // of blocks of `factor` x `factor` cells, from row and column 0
};

// Means over these blocks of what is there; NaN where nothing is.
std::vector<float> thinned(std::span<const float> values, const MapFrame&, int factor);

// One scale for all these rasters, from the 1st to the 99th percentile; of errors symmetric about 0, of standard
// deviations in colours of their own.
ColourScale shared_scale(std::span<const std::span<const float>> rasters);
ColourScale deviation_scale(std::span<const std::span<const float>> deviations);
ColourScale error_scale(std::span<const std::span<const float>> errors);

// The raster as a data URI, north up, with the palette of the scale.
std::string picture_of(std::span<const float> values, const MapFrame&, const ColourScale&);
Html map_panel(const std::string& title, std::span<const float> values, const MapFrame&, const ColourScale&);
// Of a picture; `id`: of its element on the page.
struct MapOverlay {
  Html shapes;  // of SVG, in units of which `width` and `height` span the picture
  double width = 1, height = 1;
};
Html map_panel(const std::string& title, const std::string& picture, const MapFrame&, const std::string& id,
               const MapOverlay& = {});
// Colours for classes: values[i] is an index into `classes`.
struct MapClass {
  std::string name;
  Colour colour;
};
Html class_map_panel(const std::string& title, std::span<const uint8_t> values, const MapFrame&,
                     std::span<const MapClass> classes);
Html class_legend(std::span<const MapClass> classes);

Html colour_bar(const ColourScale&, const std::string& label);
// Panels side by side, `count` a row where there is room, with their colour bars below.
Html map_row(int count, const Html& panels, const Html& colour_bars);

}  // namespace unetsr::pipeline::report
