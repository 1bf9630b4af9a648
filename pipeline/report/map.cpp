#include "pipeline/report/map.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "kernels/error.hpp"
#include "pipeline/report/plot_area.hpp"

namespace unetsr::pipeline::report {
namespace {

constexpr double map_width = 250, left = 40, bottom = 20, right = 6, top = 3;

bool south_first(const MapFrame& frame) {
  return !frame.grid || frame.grid->y_step > 0;
}

// Height over width of the whole raster.
double aspect(const MapFrame& frame) {
  const double cells = double(frame.rows) / frame.columns;
  if (!frame.grid) return cells;
  const data::Grid& grid = *frame.grid;
  const double steps = std::abs(grid.y_step / grid.x_step);
  if (grid.crs != "EPSG:4326") return cells * steps;
  const double middle = grid.y_origin + grid.y_step * (grid.rows - 1) / 2;
  return cells * steps / std::cos(middle * std::numbers::pi / 180);
}

template <class ColourOf>
Image draw(const MapFrame& frame, size_t values, ColourOf colour_of) {
  if (values != size_t(frame.rows) * size_t(frame.columns))
    throw ShapeError(fmt::format("map of {} x {} cells has {} values", frame.rows, frame.columns, values));
  Image image(frame.columns, frame.rows);
  for (int row = 0; row < frame.rows; ++row)
    for (int column = 0; column < frame.columns; ++column)
      image.at(south_first(frame) ? frame.rows - 1 - row : row, column) =
          colour_of(size_t(row) * size_t(frame.columns) + size_t(column));
  return image;
}

Image draw(const MapFrame& frame, std::span<const float> values, const ColourScale& scale) {
  return draw(frame, values.size(), [&](size_t i) { return scale.colour(values[i]); });
}

std::string degrees(double value, const std::string& text, char positive, char negative) {
  std::string magnitude = text;
  if (value < 0) magnitude = text.substr(std::string("\u2212").size());
  return magnitude + "°" + (value < 0 ? negative : positive);
}

Html drawing(const std::string& title, const MapFrame& frame, const Image& image) {
  const bool placed = frame.grid.has_value();
  const double x0 = placed ? left : top, y0 = top, width = map_width - x0 - (placed ? right : top);
  const double height = width * aspect(frame);
  Html content = element(
      "rect", {{"class", "no-data"}, {"x", px(x0)}, {"y", px(y0)}, {"width", px(width)}, {"height", px(height)}});
  content += svg_image(image, x0, y0, width, height);
  content += element(
      "rect", {{"class", "map-frame"}, {"x", px(x0)}, {"y", px(y0)}, {"width", px(width)}, {"height", px(height)}});
  if (placed) {
    const data::Grid& grid = *frame.grid;
    const bool geographic = grid.crs == "EPSG:4326";
    const double west = grid.x(0) - grid.x_step / 2, east = grid.x(grid.columns - 1) + grid.x_step / 2;
    double south = grid.y(0) - grid.y_step / 2, north = grid.y(grid.rows - 1) + grid.y_step / 2;
    if (south > north) std::swap(south, north);
    const auto x_ticks = round_ticks(west, east, 3), y_ticks = round_ticks(south, north, 5);
    const auto x_labels = tick_labels(x_ticks), y_labels = tick_labels(y_ticks);
    for (size_t i = 0; i < x_ticks.size(); ++i) {
      const double x = x0 + (x_ticks[i] - west) / (east - west) * width;
      content += svg_line(x, y0 + height, x, y0 + height + 3, "axis");
      content += svg_text(x, y0 + height + 15, geographic ? degrees(x_ticks[i], x_labels[i], 'E', 'W') : x_labels[i],
                          "tick middle");
    }
    for (size_t i = 0; i < y_ticks.size(); ++i) {
      const double y = y0 + (north - y_ticks[i]) / (north - south) * height;
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

ColourScale shared_scale(std::span<const std::span<const float>> rasters) {
  const Range range = quantile_range(rasters, 0.01, 0.99);
  return {ColourMap::sequential, range.low, range.high};
}

ColourScale error_scale(std::span<const std::span<const float>> errors) {
  const Range range = quantile_range(errors, 0.01, 0.99);
  const double most = std::max(std::abs(range.low), std::abs(range.high));
  return {ColourMap::diverging, -most, most};
}

Html map_panel(const std::string& title, std::span<const float> values, const MapFrame& frame,
               const ColourScale& scale) {
  return drawing(title, frame, draw(frame, values, scale));
}

Html class_map_panel(const std::string& title, std::span<const uint8_t> values, const MapFrame& frame,
                     std::span<const MapClass> classes) {
  return drawing(title, frame, draw(frame, values.size(), [&](size_t i) { return classes[values[i]].colour; }));
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
  Image image(128, 1);
  for (int i = 0; i < image.width; ++i) image.at(0, i) = colour_at(scale.map, i / double(image.width - 1));
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

Html swipe(const std::string& left_title, std::span<const float> left_values, const std::string& right_title,
           std::span<const float> right_values, const MapFrame& frame, const ColourScale& scale) {
  const auto picture = [&](const std::string& kind, const std::string& title, std::span<const float> values) {
    return element("img", {{"class", kind}, {"alt", title}, {"src", png_data_uri(draw(frame, values, scale))}});
  };
  const Html stack =
      element("div", {{"class", "swipe-stack"}, {"style", fmt::format("aspect-ratio:1/{:.4f}", aspect(frame))}},
              picture("swipe-right", right_title, right_values) + picture("swipe-left", left_title, left_values) +
                  element("div", {{"class", "swipe-edge"}}, Html{}));
  const Html titles = element("div", {{"class", "swipe-titles"}},
                              element("span", {}, escape(left_title)) + element("span", {}, escape(right_title)));
  const Html slider = element("input", {{"type", "range"},
                                        {"min", "0"},
                                        {"max", "100"},
                                        {"value", "50"},
                                        {"aria-label", "share of " + left_title + " shown"}});
  return element("div", {{"class", "swipe"}}, titles + stack + slider);
}

}  // namespace unetsr::pipeline::report
