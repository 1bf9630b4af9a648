#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/maps/colour_map.hpp"
#include "pipeline/report/markup.hpp"
#include "pipeline/report/numbers.hpp"

// Charts that assets/charts.js draws with Chart.js. Each carries its numbers as a table, which screen readers read and
// which stands in the chart's place where scripts do not run. Colours are names of the page's palette (Okabe and Ito):
// blue, vermillion, green, purple, orange, sky, olive, brown, grey, ink.
namespace unetsr::pipeline::report {

// Each model keeps its own colour on every chart.
std::string series_colour(const std::string& model);
// For the rest, one after the other; from the ninth on again.
std::string palette_colour(size_t index);

struct Axis {
  std::string label;  // with the unit
  bool logarithmic = false;
  std::optional<Range> range = {};           // otherwise from the data, out to round numbers
  bool reversed = false;                     // from high to low
  std::vector<std::string> categories = {};  // of an x axis: values are 0, 1, ... and stand for these names
};

enum class SeriesShape { line, dots, joined_dots, bars, steps };

struct Series {
  std::string name, colour;
  std::vector<double> x, y;  // equally long; a NaN breaks the line
  SeriesShape shape = SeriesShape::line;
  int dashes = 0;                                   // 1 to 4: kinds of broken lines
  bool shown = true;                                // otherwise the reader switches it on in the legend
  std::vector<std::optional<Range>> whiskers = {};  // of each y, or empty
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
  std::string diagonal = {};  // the name of the line y = x; none without a name
};
Html line_chart(const LineChart&);

// Charts side by side under one legend: an entry switches the series of its name in all of them.
Html chart_group(const Html& charts);

// Horizontal bars from 0, or dots with their intervals about a line at 0.
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
  std::string whisker_name = "95 % interval";
  bool dots = false;
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

// A square matrix as a table of coloured cells; NaN is an en dash.
struct HeatMap {
  std::string caption;
  std::vector<std::string> names;
  std::vector<double> values;  // names x names
  ColourScale scale;
};
Html heat_map(const HeatMap&);

}  // namespace unetsr::pipeline::report
