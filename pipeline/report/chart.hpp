#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/report/colour_map.hpp"
#include "pipeline/report/markup.hpp"
#include "pipeline/report/numbers.hpp"

// Charts as inline SVG. They scale with the page; colours come from its style sheet, so that they suit light and dark.
namespace unetsr::pipeline::report {

// A colour of the page's palette (Okabe and Ito), a class of the style sheet: each model keeps its own on every chart.
std::string series_class(const std::string& model);

struct Axis {
  std::string label;
  bool logarithmic = false;
  std::optional<Range> range = {};  // otherwise from the data, out to round numbers
  bool reversed = false;            // from high to low
};

struct Series {
  std::string name, colour;  // colour: a series_class
  std::vector<double> x, y;  // equally long; a NaN breaks the line
  bool line = true, dots = false;
  int dashes = 0;  // 1 to 4: kinds of broken lines
};

struct LineChart {
  std::string title;
  Axis x, y;
  std::vector<Series> series;
  // A dashed line across, at this x; none without a name.
  struct Mark {
    double x = 0;
    std::string name;
  } mark = {};
};
Html line_chart(const LineChart&);

struct LegendEntry {
  std::string name, colour;
  bool dot = false;
  int dashes = 0;
};
Html legend(std::span<const LegendEntry>);
// One entry for each name, in the order of the series.
Html legend_of(std::span<const Series>);

// Horizontal bars from 0.
struct Bar {
  std::string name, colour;
  double value = 0;
  std::optional<Range> whisker = {};
};
struct BarChart {
  std::string title, axis;
  int decimals = 3;
  std::vector<Bar> bars;
  std::optional<double> reference;  // a dashed line
  std::string reference_name;
};
Html bar_chart(const BarChart&);

// How often which prediction met which actual value, as a two-dimensional histogram on a logarithmic colour scale,
// with the 1:1 line.
struct DensityPlot {
  std::string title, x_label, y_label;
  std::span<const float> x, y;
  Range range;  // of both axes
  std::string counted = "cells";
};
Html density_plot(const DensityPlot&);

// A square matrix with its numbers in the cells; NaN is hatched.
struct HeatMap {
  std::vector<std::string> names;
  std::vector<double> values;  // names x names
  ColourScale scale;
};
Html heat_map(const HeatMap&);

}  // namespace unetsr::pipeline::report
