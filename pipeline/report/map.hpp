#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/grid.hpp"
#include "pipeline/report/colour_map.hpp"
#include "pipeline/report/markup.hpp"

// Rasters drawn as maps: north up, cells as wide and high as they are on the ground, missing cells hatched.
namespace unetsr::pipeline::report {

// Rows and columns of a raster, and where it lies; without a place its cells are drawn square and without axes.
struct MapFrame {
  int rows = 0, columns = 0;
  std::optional<data::Grid> grid;
};

// One scale for all these rasters, from the 1st to the 99th percentile; `diverging`: symmetric about 0.
ColourScale shared_scale(std::span<const std::span<const float>> rasters);
ColourScale error_scale(std::span<const std::span<const float>> errors);

Html map_panel(const std::string& title, std::span<const float> values, const MapFrame&, const ColourScale&);
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

// Two rasters on top of each other with a slider between them; without a script it stands in the middle.
Html swipe(const std::string& left_title, std::span<const float> left, const std::string& right_title,
           std::span<const float> right, const MapFrame&, const ColourScale&);

}  // namespace unetsr::pipeline::report
