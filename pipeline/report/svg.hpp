#pragma once
#include <string>

#include "pipeline/report/markup.hpp"
#include "pipeline/report/png.hpp"

// What maps are drawn with.
namespace unetsr::pipeline::report {

Html svg_text(double x, double y, const std::string& text, const std::string& style_class);
Html svg_line(double x1, double y1, double x2, double y2, const std::string& style_class);
Html svg_image(const Image&, double x, double y, double width, double height);
// The drawing as a whole, named for those who cannot see it.
Html svg(double width, double height, const std::string& description, const Html& content);

}  // namespace unetsr::pipeline::report
