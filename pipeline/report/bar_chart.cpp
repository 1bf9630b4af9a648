#include <fmt/format.h>

#include "pipeline/report/plot_area.hpp"

namespace unetsr::pipeline::report {

Html bar_chart(const BarChart& chart) {
  constexpr double row = 30, thickness = 16;
  PlotArea area;
  area.width = 620;
  size_t longest = 0;
  for (const Bar& bar : chart.bars) longest = std::max(longest, bar.name.size());
  area.left = std::clamp(16 + 7.2 * double(longest), 110.0, 350.0);
  area.right = 100;
  area.top = chart.reference ? 24 : 6;
  area.height = area.top + row * double(chart.bars.size()) + area.bottom;
  Range range{0, chart.reference.value_or(0)};
  for (const Bar& bar : chart.bars)
    if (std::isfinite(bar.value))
      range.high = std::max({range.high, bar.value, bar.whisker ? bar.whisker->high : bar.value});
  if (range.high <= 0) range.high = 1;
  area.x = plot_axis({}, range, 5, true);

  Html content;
  const double bottom = area.height - area.bottom;
  const auto labels = tick_labels(area.x.ticks);
  for (size_t i = 0; i < area.x.ticks.size(); ++i) {
    const double x = area.x_at(area.x.ticks[i]);
    content += svg_line(x, area.top, x, bottom, "grid");
    content += svg_text(x, bottom + 16, labels[i], "tick middle");
  }
  content += svg_text(area.left + area.inner_width() / 2, area.height - 5, chart.axis, "label middle");
  for (size_t i = 0; i < chart.bars.size(); ++i) {
    const Bar& bar = chart.bars[i];
    const double middle = area.top + row * (double(i) + 0.5);
    const double end = area.x_at(std::isfinite(bar.value) ? std::max(bar.value, 0.0) : 0.0);
    content += svg_text(area.left - 8, middle + 4, bar.name, "name end");
    content += element("rect", {{"class", "bar " + bar.colour},
                                {"x", px(area.left)},
                                {"y", px(middle - thickness / 2)},
                                {"width", px(end - area.left)},
                                {"height", px(thickness)}});
    const std::string value = fixed(bar.value, chart.decimals);
    double text_at = end;
    if (bar.whisker && std::isfinite(bar.value)) {
      const double low = area.x_at(std::max(bar.whisker->low, 0.0)), high = area.x_at(std::max(bar.whisker->high, 0.0));
      content += svg_line(low, middle, high, middle, "whisker");
      content += svg_line(low, middle - 4, low, middle + 4, "whisker");
      content += svg_line(high, middle - 4, high, middle + 4, "whisker");
      text_at = std::max(high, end);
    }
    if (chart.reference) {
      // Not across the reference line.
      const double x = area.x_at(*chart.reference), text_width = 7.5 * double(value.size());
      if (text_at < x && text_at + 7 + text_width > x) text_at = x;
    }
    content += svg_text(text_at + 7, middle + 4, value, "value");
  }
  content += svg_line(area.left, area.top, area.left, bottom, "axis");
  if (chart.reference) {
    const double x = area.x_at(*chart.reference);
    content += svg_line(x, area.top - 4, x, bottom, "reference");
    content += svg_text(x, area.top - 10, chart.reference_name + " " + fixed(*chart.reference, chart.decimals),
                        "label middle");
  }
  return element("div", {{"class", "chart wide"}},
                 element("div", {{"class", "panel-title"}}, escape(chart.title)) +
                     svg(area.width, area.height, chart.title, content));
}

}  // namespace unetsr::pipeline::report
