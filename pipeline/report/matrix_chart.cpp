#include <fmt/format.h>

#include "kernels/error.hpp"
#include "pipeline/report/plot_area.hpp"

namespace unetsr::pipeline::report {

Html density_plot(const DensityPlot& plot) {
  constexpr int bins = 90;
  if (plot.x.size() != plot.y.size())
    throw ShapeError(
        fmt::format("{}: {} actual values but {} predicted ones", plot.title, plot.x.size(), plot.y.size()));
  std::vector<int64_t> counts(size_t(bins) * bins, 0);
  int64_t most = 1, count = 0;
  const auto bin = [&](float value) {
    return int(std::floor((double(value) - plot.range.low) / (plot.range.high - plot.range.low) * bins));
  };
  for (size_t i = 0; i < plot.x.size(); ++i) {
    if (!std::isfinite(plot.x[i]) || !std::isfinite(plot.y[i])) continue;
    ++count;
    const int column = bin(plot.x[i]), row = bins - 1 - bin(plot.y[i]);
    if (column < 0 || column >= bins || row < 0 || row >= bins) continue;
    most = std::max(most, ++counts[size_t(row) * bins + size_t(column)]);
  }
  Image image(bins, bins, palette_of(ColourMap::sequential));
  for (size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0)
      // Not from the very start of the map, which a dark page would swallow.
      image.pixels[i] =
          ColourScale().palette_index(0.15 + 0.85 * std::log(double(counts[i])) / std::log(double(most) + 1));

  PlotArea area;
  area.width = 330;
  area.height = 318;
  area.x = area.y = plot_axis({.label = "", .range = plot.range}, plot.range, 5, false);
  Html content = frame_of(area, plot.x_label, plot.y_label);
  content += svg_image(image, area.left, area.top, area.inner_width(), area.inner_height());
  content += svg_line(area.x_at(plot.range.low), area.y_at(plot.range.low), area.x_at(plot.range.high),
                      area.y_at(plot.range.high), "reference");
  return element(
      "div", {{"class", "chart"}},
      element("div", {{"class", "panel-title"}},
              escape(plot.title) + element("small", {}, escape(" " + with_thousands(count) + " " + plot.counted))) +
          svg(area.width, area.height, plot.title, content));
}

Html heat_map(const HeatMap& map) {
  constexpr double cell_width = 46, cell_height = 28, left = 128, bottom = 84;
  const size_t n = map.names.size();
  if (map.values.size() != n * n)
    throw ShapeError(fmt::format("heat map: {} values for {} names", map.values.size(), n));
  Html content;
  for (size_t i = 0; i < n; ++i) {
    const double y = cell_height * double(i);
    content += svg_text(left - 8, y + cell_height / 2 + 4, map.names[i], "name end");
    for (size_t j = 0; j < n; ++j) {
      const double value = map.values[i * n + j], x = left + cell_width * double(j);
      const Colour c = map.scale.colour(value);
      const std::string tip = fmt::format("{} and {}: {}", map.names[i], map.names[j], fixed(value, 3));
      content +=
          element("rect",
                  {{"class", "cell"},
                   {"x", px(x)},
                   {"y", px(y)},
                   {"width", px(cell_width)},
                   {"height", px(cell_height)},
                   {"fill", c.alpha ? fmt::format("#{:02x}{:02x}{:02x}", c.red, c.green, c.blue) : "url(#hatch)"}},
                  element("title", {}, escape(tip)));
      content += svg_text(x + cell_width / 2, y + cell_height / 2 + 4, fixed(value, 2),
                          !c.alpha             ? "cell-text middle"
                          : wants_dark_text(c) ? "cell-text dark middle"
                                               : "cell-text light middle");
    }
  }
  for (size_t j = 0; j < n; ++j)
    content +=
        element("text",
                {{"class", "name end"},
                 {"transform", fmt::format("translate({} {}) rotate(-45)", px(left + cell_width * (double(j) + 0.6)),
                                           px(cell_height * double(n) + 14))}},
                escape(map.names[j]));
  const double width = left + cell_width * double(n) + 4;
  const double height = cell_height * double(n) + bottom;
  return element("div", {{"class", "scroll"}},
                 element("div",
                         {{"class", "chart heat"},
                          {"style", fmt::format("min-width:{}px;max-width:{}px", px(width * 0.8), px(width * 1.1))}},
                         svg(width, height, "correlation heat map", content)));
}

}  // namespace unetsr::pipeline::report
