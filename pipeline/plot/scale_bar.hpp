#pragma once
#include "pipeline/plot/canvas.hpp"
#include "pipeline/plot/map_view.hpp"

namespace unetsr::pipeline::picture {

// A round number of kilometres in the panel's lower left corner; none where a map's scale differs from place to place,
// as it does beyond a continent.
void draw_scale_bar(const Canvas&, const Box& panel, const MapView&, double em);

// The longest of 1, 2 or 5 times a power of ten up to `longest`.
double round_length(double longest);

}  // namespace unetsr::pipeline::picture
