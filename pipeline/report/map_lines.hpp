#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "pipeline/report/map.hpp"
#include "pipeline/report/markup.hpp"

// Lines over the pictures of a map: paths of SVG, each on the page once and drawn by reference. Their unit is a tenth
// of a cell, from the north-western corner of the picture.
namespace unetsr::pipeline::report {

// A raster and its picture, which shows blocks of factor x factor cells and may reach beyond the raster.
struct DrawnFrame {
  MapFrame frame;
  int factor = 1;

  MapFrame picture() const { return frame.thinned(factor); }
  double width() const;  // of the picture
  double height() const;
};

// Coasts, lakes and borders of the frame's place, as elements named `id`-coast, `id`-country and `id`-state, of which
// those are absent that have no line; empty where it has no place or the program was built without coastlines.
Html coast_paths(const DrawnFrame&, const std::string& id);

// The edges between chosen cells (rows x columns) and others, as an element named `id`.
Html outline_path(std::span<const uint8_t> chosen, const DrawnFrame&, const std::string& id);

}  // namespace unetsr::pipeline::report
