#include "pipeline/report/svg.hpp"

#include <fmt/format.h>

namespace unetsr::pipeline::report {

Html svg_text(double x, double y, const std::string& text, const std::string& style_class) {
  return element("text", {{"class", style_class}, {"x", px(x)}, {"y", px(y)}}, escape(text));
}

Html svg_line(double x1, double y1, double x2, double y2, const std::string& style_class) {
  return element("line", {{"class", style_class}, {"x1", px(x1)}, {"y1", px(y1)}, {"x2", px(x2)}, {"y2", px(y2)}});
}

Html svg_image(const Image& image, double x, double y, double width, double height) {
  return element("image", {{"x", px(x)},
                           {"y", px(y)},
                           {"width", px(width)},
                           {"height", px(height)},
                           {"preserveAspectRatio", "none"},
                           {"href", png_data_uri(image)}});
}

Html svg(double width, double height, const std::string& description, const Html& content) {
  return element(
      "svg",
      {{"viewBox", fmt::format("0 0 {} {}", px(width), px(height))}, {"role", "img"}, {"aria-label", description}},
      content);
}

}  // namespace unetsr::pipeline::report
