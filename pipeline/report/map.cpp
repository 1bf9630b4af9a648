#include "pipeline/report/map.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "kernels/error.hpp"
#include "pipeline/report/plot_area.hpp"

namespace unetsr::pipeline::report {
namespace {

constexpr double map_width = 250, left = 40, bottom = 20, right = 6, top = 3;

// `index_of(i)`: of cell i, the place in the palette.
template <class IndexOf>
Image draw(const MapFrame& frame, size_t values, std::vector<Colour> palette, IndexOf index_of) {
  if (values != size_t(frame.rows) * size_t(frame.columns))
    throw ShapeError(fmt::format("map of {} x {} cells has {} values", frame.rows, frame.columns, values));
  Image image(frame.columns, frame.rows, std::move(palette));
  for (int row = 0; row < frame.rows; ++row)
    for (int column = 0; column < frame.columns; ++column)
      image.at(frame.south_first() ? frame.rows - 1 - row : row, column) =
          index_of(size_t(row) * size_t(frame.columns) + size_t(column));
  return image;
}

std::string degrees(double value, const std::string& text, char positive, char negative) {
  std::string magnitude = text;
  if (value < 0) magnitude = text.substr(std::string("\u2212").size());
  return magnitude + "°" + (value < 0 ? negative : positive);
}

Html drawing(const std::string& title, const MapFrame& frame, const std::string& picture, const std::string& id) {
  const bool placed = frame.grid.has_value();
  const double x0 = placed ? left : top, y0 = top, width = map_width - x0 - (placed ? right : top);
  const double height = width * frame.aspect();
  const Attributes box = {{"x", px(x0)}, {"y", px(y0)}, {"width", px(width)}, {"height", px(height)}};
  const auto boxed = [&](Attributes attributes) {
    attributes.insert(attributes.end(), box.begin(), box.end());
    return attributes;
  };
  Html content = element("rect", boxed({{"class", "no-data"}}));
  Attributes image = boxed({{"preserveAspectRatio", "none"}, {"href", picture}});
  if (!id.empty()) image.push_back({"id", id});
  content += element("image", image) + element("rect", boxed({{"class", "map-frame"}}));
  if (placed) {
    MapEdges edges = frame.edges();
    const bool geographic = frame.geographic();
    if (!geographic)
      for (double* edge : {&edges.west, &edges.east, &edges.south, &edges.north}) *edge /= 1000;  // km
    const auto x_ticks = round_ticks(edges.west, edges.east, 3), y_ticks = round_ticks(edges.south, edges.north, 5);
    const auto x_labels = tick_labels(x_ticks), y_labels = tick_labels(y_ticks);
    for (size_t i = 0; i < x_ticks.size(); ++i) {
      const double x = x0 + (x_ticks[i] - edges.west) / (edges.east - edges.west) * width;
      content += svg_line(x, y0 + height, x, y0 + height + 3, "axis");
      content += svg_text(x, y0 + height + 15,
                          geographic ? degrees(x_ticks[i], x_labels[i], 'E', 'W') : x_labels[i] + " km", "tick middle");
    }
    for (size_t i = 0; i < y_ticks.size(); ++i) {
      const double y = y0 + (edges.north - y_ticks[i]) / (edges.north - edges.south) * height;
      content += svg_line(x0 - 3, y, x0, y, "axis");
      content +=
          svg_text(x0 - 5, y + 4, geographic ? degrees(y_ticks[i], y_labels[i], 'N', 'S') : y_labels[i], "tick end");
    }
  }
  return element("div", {{"class", "map"}},
                 element("div", {{"class", "panel-title"}}, escape(title)) +
                     svg(map_width, y0 + height + (placed ? bottom : top), title, content));
}

}  // namespace

bool MapFrame::south_first() const {
  return !grid || grid->y_step > 0;
}

bool MapFrame::geographic() const {
  return grid && grid->crs == "EPSG:4326";
}

double MapFrame::aspect() const {
  const double cells = double(rows) / columns;
  if (!grid) return cells;
  const double steps = std::abs(grid->y_step / grid->x_step);
  if (!geographic()) return cells * steps;
  const double middle = grid->y_origin + grid->y_step * (grid->rows - 1) / 2;
  return cells * steps / std::cos(middle * std::numbers::pi / 180);
}

MapEdges MapFrame::edges() const {
  if (!grid) return {0, double(columns), 0, double(rows)};
  MapEdges e{grid->x(0) - grid->x_step / 2, grid->x(columns - 1) + grid->x_step / 2, grid->y(0) - grid->y_step / 2,
             grid->y(rows - 1) + grid->y_step / 2};
  if (e.south > e.north) std::swap(e.south, e.north);
  return e;
}

MapFrame MapFrame::thinned(int factor) const {
  MapFrame thin{(rows + factor - 1) / factor, (columns + factor - 1) / factor, grid};
  if (grid) thin.grid = data::coarsened(*grid, factor);
  return thin;
}

std::vector<float> thinned(std::span<const float> values, const MapFrame& frame, int factor) {
  if (factor == 1) return {values.begin(), values.end()};
  const MapFrame thin = frame.thinned(factor);
  std::vector<float> means;
  means.reserve(size_t(thin.rows) * size_t(thin.columns));
  for (int row = 0; row < thin.rows; ++row)
    for (int column = 0; column < thin.columns; ++column) {
      double sum = 0;
      int there = 0;
      for (int i = row * factor; i < std::min((row + 1) * factor, frame.rows); ++i)
        for (int j = column * factor; j < std::min((column + 1) * factor, frame.columns); ++j) {
          const float value = values[size_t(i) * size_t(frame.columns) + size_t(j)];
          if (!std::isfinite(value)) continue;
          sum += value;
          ++there;
        }
      means.push_back(there ? float(sum / there) : std::numeric_limits<float>::quiet_NaN());
    }
  return means;
}

std::string picture_of(std::span<const float> values, const MapFrame& frame, const ColourScale& scale) {
  return png_data_uri(draw(frame, values.size(), palette_of(scale.map),
                           [&](size_t i) { return scale.palette_index(double(values[i])); }));
}

ColourScale shared_scale(std::span<const std::span<const float>> rasters) {
  const Range range = quantile_range(rasters, 0.01, 0.99);
  return {ColourMap::sequential, range.low, range.high};
}

ColourScale error_scale(std::span<const std::span<const float>> errors) {
  const Range range = quantile_range(errors, 0.01, 0.99);
  const double most = std::max(std::abs(range.low), std::abs(range.high));
  return {ColourMap::diverging, -most, most};
}

Html map_panel(const std::string& title, const std::string& picture, const MapFrame& frame, const std::string& id) {
  return drawing(title, frame, picture, id);
}

Html map_panel(const std::string& title, std::span<const float> values, const MapFrame& frame,
               const ColourScale& scale) {
  return drawing(title, frame, picture_of(values, frame, scale), "");
}

Html class_map_panel(const std::string& title, std::span<const uint8_t> values, const MapFrame& frame,
                     std::span<const MapClass> classes) {
  std::vector<Colour> palette;
  for (const MapClass& c : classes) palette.push_back(c.colour);
  return drawing(title, frame, png_data_uri(draw(frame, values.size(), palette, [&](size_t i) { return values[i]; })),
                 "");
}

Html class_legend(std::span<const MapClass> classes) {
  Html items;
  for (const MapClass& c : classes)
    items += element(
        "span", {},
        element("i",
                {{"class", "mark-dot"},
                 {"style", fmt::format("background:rgb({} {} {})", c.colour.red, c.colour.green, c.colour.blue)}},
                Html{}) +
            escape(c.name));
  return element("div", {{"class", "legend"}}, items);
}

Html colour_bar(const ColourScale& scale, const std::string& label) {
  constexpr double width = 320, height = 46, margin = 18, thickness = 12;
  Image image(255, 1, palette_of(scale.map));
  for (int i = 0; i < image.width; ++i) image.at(0, i) = uint8_t(1 + i);
  const double inner = width - 2 * margin;
  Html content = svg_image(image, margin, 1, inner, thickness);
  const auto ticks = round_ticks(scale.low, scale.high, 5);
  const auto labels = tick_labels(ticks);
  for (size_t i = 0; i < ticks.size(); ++i) {
    const double x = margin + (ticks[i] - scale.low) / (scale.high - scale.low) * inner;
    content += svg_line(x, thickness + 1, x, thickness + 5, "axis");
    content += svg_text(x, thickness + 16, labels[i], "tick middle");
  }
  content += svg_text(width / 2, height - 3, label, "label middle");
  return element("div", {{"class", "colour-bar"}}, svg(width, height, label, content));
}

Html map_row(int count, const Html& panels, const Html& colour_bars) {
  const Html row = element("div", {{"class", "maps"}, {"style", fmt::format("--n:{}", count)}}, panels);
  return colour_bars.empty() ? row : row + element("div", {{"class", "colour-bars"}}, colour_bars);
}

}  // namespace unetsr::pipeline::report
