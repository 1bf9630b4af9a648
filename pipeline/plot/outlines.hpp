#pragma once
#include "pipeline/plot/canvas.hpp"
#include "pipeline/plot/map_view.hpp"

namespace unetsr::pipeline::picture {

// Coasts, lakes and borders on a panel; nothing where the program was built without them.
void draw_outlines(const Canvas&, const Box& panel, const MapView&, const data::Grid& pixels, double em);

}  // namespace unetsr::pipeline::picture
