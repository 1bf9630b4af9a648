#include <fmt/format.h>

#include "pipeline/report/plot_area.hpp"

namespace unetsr::pipeline::report {
namespace {

Range data_range(const std::vector<Series>& series, std::vector<double> Series::*values, bool logarithmic) {
  Range range{INFINITY, -INFINITY};
  for (const Series& s : series)
    for (const double v : s.*values)
      if (std::isfinite(v) && (!logarithmic || v > 0)) {
        range.low = std::min(range.low, v);
        range.high = std::max(range.high, v);
      }
  if (!(range.low <= range.high)) return logarithmic ? Range{1, 10} : Range{0, 1};
  if (range.low == range.high)
    return logarithmic ? Range{range.low / 2, range.high * 2} : Range{range.low - 0.5, range.high + 0.5};
  return range;
}

// In coordinates of the plot's inner box, which cuts off what lies outside.
std::string path_of(const Series& s, const PlotArea& area) {
  std::string path;
  bool down = false;
  for (size_t i = 0; i < s.x.size(); ++i) {
    const double x = area.x_at(s.x[i]) - area.left, y = area.y_at(s.y[i]) - area.top;
    if (!std::isfinite(x) || !std::isfinite(y)) {
      down = false;
      continue;
    }
    // Far outside is as good as just outside, and keeps the numbers short.
    path += fmt::format("{}{} {}", down ? "L" : "M", px(x), px(std::clamp(y, -1000.0, 2000.0)));
    down = true;
  }
  return path;
}

Html dots_of(const Series& s, const PlotArea& area) {
  Html dots;
  for (size_t i = 0; i < s.x.size(); ++i) {
    const double x = area.x_at(s.x[i]) - area.left, y = area.y_at(s.y[i]) - area.top;
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    const std::string tip = fmt::format("{}: {:.4g}, {:.4g}", s.name, s.x[i], s.y[i]);
    dots += element("circle", {{"class", "dot " + s.colour}, {"cx", px(x)}, {"cy", px(y)}, {"r", "3"}},
                    element("title", {}, escape(tip)));
  }
  return dots;
}

std::string style_of(const Series& s) {
  return "line " + s.colour + (s.dashes ? fmt::format(" dashes-{}", s.dashes) : "");
}

// A nested svg cuts off what lies outside the axes by more than `margin`.
Html inside(const PlotArea& area, double margin, const Html& drawing) {
  const double width = area.inner_width() + 2 * margin, height = area.inner_height() + 2 * margin;
  return element("svg",
                 {{"x", px(area.left - margin)},
                  {"y", px(area.top - margin)},
                  {"width", px(width)},
                  {"height", px(height)},
                  {"viewBox", fmt::format("{} {} {} {}", px(-margin), px(-margin), px(width), px(height))}},
                 drawing);
}

}  // namespace

Html line_chart(const LineChart& chart) {
  PlotArea area;
  area.x = plot_axis(chart.x, data_range(chart.series, &Series::x, chart.x.logarithmic), 5, false);
  area.y = plot_axis(chart.y, data_range(chart.series, &Series::y, chart.y.logarithmic), 5, true);
  Html lines, dots;
  for (const Series& s : chart.series) {
    if (s.line) lines += element("path", {{"class", style_of(s)}, {"d", path_of(s, area)}});
    if (s.dots) dots += dots_of(s, area);
  }
  Html content = frame_of(area, chart.x.label, chart.y.label);
  if (!chart.mark.name.empty()) {
    const double x = area.x_at(chart.mark.x);
    content += svg_line(x, area.top, x, area.height - area.bottom, "reference");
    content += svg_text(x + 5, area.top + 10, chart.mark.name, "label");
  }
  content += inside(area, 0, lines) + inside(area, 4, dots);
  return element("div", {{"class", "chart"}},
                 element("div", {{"class", "panel-title"}}, escape(chart.title)) +
                     svg(area.width, area.height, chart.title, content));
}

Html legend(std::span<const LegendEntry> entries) {
  Html items;
  for (const LegendEntry& e : entries) {
    std::string mark = e.dot ? "mark-dot" : "mark-line";
    if (e.dashes) mark += fmt::format(" dashes-{}", e.dashes);
    items += element("span", {{"class", e.colour}}, element("i", {{"class", mark}}, Html{}) + escape(e.name));
  }
  return element("div", {{"class", "legend"}}, items);
}

Html legend_of(std::span<const Series> series) {
  std::vector<LegendEntry> entries;
  for (const Series& s : series)
    if (std::none_of(entries.begin(), entries.end(), [&](const LegendEntry& e) { return e.name == s.name; }))
      entries.push_back({s.name, s.colour, !s.line, s.dashes});
  return legend(entries);
}

std::string series_class(const std::string& model) {
  static const std::vector<std::pair<std::string, std::string>> own = {
      {"unet", "s-blue"},       {"paper-cnn", "s-vermillion"}, {"sifnet", "s-green"},    {"sifnet-small", "s-purple"},
      {"coarse", "s-grey"},     {"linear", "s-grey"},          {"linear-5x5", "s-grey"}, {"linear-7x7", "s-grey"},
      {"unet-table1", "s-sky"}, {"unet-text", "s-orange"},     {"target", "s-ink"}};
  for (const auto& [name, colour] : own)
    if (name == model) return colour;
  return "s-sky";
}

}  // namespace unetsr::pipeline::report
