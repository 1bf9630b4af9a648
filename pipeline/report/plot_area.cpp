#include "pipeline/report/plot_area.hpp"

#include <fmt/format.h>

namespace unetsr::pipeline::report {

PlotAxis plot_axis(const Axis& axis, Range data, int ticks, bool widen) {
  PlotAxis plot;
  plot.logarithmic = axis.logarithmic;
  const Range range = axis.range.value_or(data);
  plot.low = range.low;
  plot.high = range.high;
  if (!axis.logarithmic && widen && !axis.range) {
    const auto inside = round_ticks(plot.low, plot.high, ticks);
    const double step = inside.size() > 1 ? inside[1] - inside[0] : plot.high - plot.low;
    plot.low = std::floor(plot.low / step + 1e-6) * step;
    plot.high = std::ceil(plot.high / step - 1e-6) * step;
  }
  plot.ticks = axis.logarithmic ? logarithmic_ticks(plot.low, plot.high) : round_ticks(plot.low, plot.high, ticks);
  if (axis.reversed) std::swap(plot.low, plot.high);
  return plot;
}

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

Html frame_of(const PlotArea& area, const std::string& x_label, const std::string& y_label) {
  Html frame;
  const double bottom = area.height - area.bottom, right = area.width - area.right;
  const auto x_labels = tick_labels(area.x.ticks, area.x.logarithmic);
  for (size_t i = 0; i < area.x.ticks.size(); ++i) {
    const double x = area.x_at(area.x.ticks[i]);
    frame += svg_line(x, bottom, x, bottom + 4, "axis");
    frame += svg_text(x, bottom + 16, x_labels[i], "tick middle");
  }
  const auto y_labels = tick_labels(area.y.ticks, area.y.logarithmic);
  for (size_t i = 0; i < area.y.ticks.size(); ++i) {
    const double y = area.y_at(area.y.ticks[i]);
    frame += svg_line(area.left, y, right, y, "grid");
    frame += svg_text(area.left - 6, y + 4, y_labels[i], "tick end");
  }
  frame += svg_line(area.left, bottom, right, bottom, "axis");
  frame += svg_text((area.left + right) / 2, area.height - 5, x_label, "label middle");
  if (!y_label.empty())
    frame += element("text",
                     {{"class", "label middle"},
                      {"transform", fmt::format("translate(11 {}) rotate(-90)", px((area.top + bottom) / 2))}},
                     escape(y_label));
  return frame;
}

}  // namespace unetsr::pipeline::report
