#pragma once
#include <string>
#include <vector>

#include "pipeline/plot/canvas.hpp"

namespace unetsr::pipeline::picture {

struct ChartLine {
  std::vector<Point> points;  // in the numbers of the axes
  Colour colour;
  std::string name;  // beside its end; empty: none
};

// Lines over two axes that begin and end at round numbers.
struct Chart {
  std::string title, x_label, y_label;  // labels are markup
  std::vector<ChartLine> lines;
  bool y_from_zero = false;
  bool whole_x = false;  // x counts something
};

void draw_chart(const Canvas&, const Box&, double em, const Chart&);

}  // namespace unetsr::pipeline::picture
