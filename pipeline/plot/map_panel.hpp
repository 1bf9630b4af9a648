#pragma once
#include <string>

#include "pipeline/plot/canvas.hpp"
#include "pipeline/plot/map_layer.hpp"
#include "pipeline/plot/map_view.hpp"
#include "pipeline/plot/palette.hpp"

// One map of a picture, with coasts, borders, meridians and parallels.
namespace unetsr::pipeline::picture {

struct PanelStyle {
  double em = 16;                            // of texts, in pixels
  bool latitudes = true, longitudes = true;  // numbers at its left and lower edge
  bool scale_bar = true;
  double resolution = 1;  // pixels of the bitmap for one of the picture
};

// The layer as a bitmap: each value in its colour, missing cells hatched, no colour where the grid has no cell.
Bitmap bitmap_of(const Shown&, int width, int height, const Scale&, double hatch_period);

void draw_panel(const Canvas&, const Box&, const MapView&, const Shown&, const Scale&, const PanelStyle&);

// Cells without a value, as in the maps.
void draw_missing_swatch(const Canvas&, const Box&, double em);

}  // namespace unetsr::pipeline::picture
