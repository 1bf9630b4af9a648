#pragma once
#include <string>

#include "pipeline/plot/canvas.hpp"
#include "pipeline/plot/palette.hpp"

namespace unetsr::pipeline::picture {

// A scale with its ticks below, and what it shows below these. An end is pointed where values lie beyond it.
struct ColourBar {
  Scale scale;
  std::string label;  // markup
  bool more_below = false, more_above = false;
};

double colour_bar_height(double em);
void draw_colour_bar(const Canvas&, Point top_left, double width, double em, const ColourBar&);
// The names of a scale's classes beside squares of their colours, in one line, centred.
void draw_classes(const Canvas&, Point top_left, double width, double em, const Scale&);

}  // namespace unetsr::pipeline::picture
