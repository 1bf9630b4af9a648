#pragma once
#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/report/chart.hpp"
#include "pipeline/report/png.hpp"

// The frame that charts share: margins, axes, grid lines, tick labels.
namespace unetsr::pipeline::report {

struct PlotAxis {
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<double> ticks;

  // 0 at `low`, 1 at `high`.
  double position(double value) const {
    if (!logarithmic) return (value - low) / (high - low);
    return std::log(value / low) / std::log(high / low);
  }
};

// The axis for values between `low` and `high`: with `widen`, out to the next ticks.
PlotAxis plot_axis(const Axis&, Range data, int ticks, bool widen);

struct PlotArea {
  double width = 440, height = 270;                     // of the whole chart
  double left = 50, right = 12, top = 10, bottom = 40;  // margins
  PlotAxis x, y;

  double inner_width() const { return width - left - right; }
  double inner_height() const { return height - top - bottom; }
  double x_at(double value) const { return left + x.position(value) * inner_width(); }
  double y_at(double value) const { return height - bottom - y.position(value) * inner_height(); }
};

// Grid lines, tick labels and axis labels.
Html frame_of(const PlotArea&, const std::string& x_label, const std::string& y_label);
Html svg_text(double x, double y, const std::string& text, const std::string& style_class);
Html svg_line(double x1, double y1, double x2, double y2, const std::string& style_class);
Html svg_image(const Image&, double x, double y, double width, double height);
// The chart as a whole, named for those who cannot see it.
Html svg(double width, double height, const std::string& description, const Html& content);

}  // namespace unetsr::pipeline::report
