#include "pipeline/report/map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "data/geography/projection.hpp"
#include "kernels/error.hpp"
#include "pipeline/report/numbers.hpp"
#include "pipeline/report/svg.hpp"

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

struct EdgeTick {
  double share = 0;  // of the edge, from the west or north
  std::string label;
};

// Of round degrees along an edge, by the degrees of points on it at equal distances.
std::vector<EdgeTick> edge_ticks(const std::vector<double>& values, int count, char positive, char negative) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const std::vector<double> ticks = round_ticks(*low, *high, count);
  const std::vector<std::string> labels = tick_labels(ticks);
  std::vector<EdgeTick> placed;
  for (size_t t = 0; t < ticks.size(); ++t)
    for (size_t i = 1; i < values.size(); ++i) {
      const double before = values[i - 1] - ticks[t], after = values[i] - ticks[t];
      if (before * after > 0 || before == after) continue;
      placed.push_back({(double(i - 1) + before / (before - after)) / double(values.size() - 1),
                        degrees(ticks[t], labels[t], positive, negative)});
      break;
    }
  return placed;
}

struct MapTicks {
  std::vector<EdgeTick> bottom, left;
};

// Longitudes along the southern edge and latitudes along the western one; none where an edge leaves the globe.
MapTicks ticks_of(const MapFrame& frame) {
  constexpr int points = 101;
  const MapEdges e = frame.edges();
  std::vector<double> x, y, longitude, latitude;
  for (int i = 0; i < points; ++i) {
    const double share = double(i) / (points - 1);
    longitude.push_back(e.west + share * (e.east - e.west)), y.push_back(e.south);
    x.push_back(e.west), latitude.push_back(e.north + share * (e.south - e.north));
  }
  const data::Projection map(frame.grid->crs);
  map.to_globe(longitude, y);
  map.to_globe(x, latitude);
  const auto whole = [](const std::vector<double>& values) {
    return std::none_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
  };
  MapTicks ticks;
  if (whole(longitude)) ticks.bottom = edge_ticks(longitude, 3, 'E', 'W');
  if (whole(latitude)) ticks.left = edge_ticks(latitude, 5, 'N', 'S');
  return ticks;
}

// The raster's rectangle on a panel, sheared upright.
struct PanelBox {
  double x = 0, y = 0, width = 0, height = 0, lean = 0;

  double shift() const { return std::max(-lean, 0.0) * height; }  // of the upper edge to the east
  std::string transform() const { return fmt::format("matrix(1 0 {:.5g} 1 {} {})", lean, px(x + shift()), px(y)); }
};

Html axes(const MapFrame& frame, const PanelBox& box) {
  const MapTicks ticks = ticks_of(frame);
  const double bottom_edge = box.y + box.height, west = box.x + box.shift() + box.lean * box.height;
  Html content;
  for (const EdgeTick& tick : ticks.bottom) {
    const double x = west + tick.share * box.width;
    content += svg_line(x, bottom_edge, x, bottom_edge + 3, "axis");
    content += svg_text(x, bottom_edge + 15, tick.label, "tick middle");
  }
  for (const EdgeTick& tick : ticks.left) {
    const double y = box.y + tick.share * box.height;
    content += svg_line(box.x - 3, y, box.x, y, "axis");
    content += svg_text(box.x - 5, y + 4, tick.label, "tick end");
  }
  return content;
}

Html drawing(const std::string& title, const MapFrame& frame, const std::string& picture, const std::string& id,
             const MapOverlay& overlay) {
  const bool placed = frame.grid.has_value();
  PanelBox box{placed ? left : top, top, 0, 0, frame.lean()};
  box.width = (map_width - box.x - (placed ? right : top)) / (1 + std::abs(box.lean) * frame.aspect());
  box.height = box.width * frame.aspect();
  const Attributes size = {{"width", px(box.width)}, {"height", px(box.height)}};
  const auto sized = [&](Attributes attributes) {
    attributes.insert(attributes.end(), size.begin(), size.end());
    return attributes;
  };
  Attributes image = sized({{"preserveAspectRatio", "none"}, {"href", picture}});
  if (!id.empty()) image.push_back({"id", id});
  Html raster = element("rect", sized({{"class", "no-data"}})) + element("image", image);
  if (!overlay.shapes.empty())
    raster += element(
        "g",
        {{"transform", fmt::format("scale({:.6g} {:.6g})", box.width / overlay.width, box.height / overlay.height)}},
        overlay.shapes);
  raster += element("rect", sized({{"class", "map-frame"}}));
  const Html content = element("g", {{"transform", box.transform()}}, raster) + (placed ? axes(frame, box) : Html());
  return element("div", {{"class", "map"}},
                 element("div", {{"class", "panel-title"}}, escape(title)) +
                     svg(map_width, box.y + box.height + (placed ? bottom : top), title, content));
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

double MapFrame::lean() const {
  constexpr double step = 0.01, level = 0.01, least = 0.02;  // degrees; slopes
  if (!grid || geographic()) return 0;
  const data::Projection map(grid->crs);
  const MapEdges e = edges();
  double x = (e.west + e.east) / 2, y = (e.south + e.north) / 2;
  if (map.geographic() || !map.to_geographic({&x, 1}, {&y, 1})) return 0;
  double eastings[] = {x, x, x + step}, northings[] = {y, y + step, y};
  if (!map.to_map(eastings, northings)) return 0;
  const double tilt = (northings[2] - northings[0]) / (eastings[2] - eastings[0]);
  const double lean = (eastings[1] - eastings[0]) / (northings[1] - northings[0]);
  return std::abs(tilt) > level || std::abs(lean) < least ? 0 : lean;
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

ColourScale deviation_scale(std::span<const std::span<const float>> deviations) {
  ColourScale scale = shared_scale(deviations);
  scale.map = ColourMap::deviation;
  return scale;
}

ColourScale error_scale(std::span<const std::span<const float>> errors) {
  const Range range = quantile_range(errors, 0.01, 0.99);
  const double most = std::max(std::abs(range.low), std::abs(range.high));
  return {ColourMap::diverging, -most, most};
}

Html map_panel(const std::string& title, const std::string& picture, const MapFrame& frame, const std::string& id,
               const MapOverlay& overlay) {
  return drawing(title, frame, picture, id, overlay);
}

Html map_panel(const std::string& title, std::span<const float> values, const MapFrame& frame,
               const ColourScale& scale) {
  return drawing(title, frame, picture_of(values, frame, scale), "", {});
}

Html class_map_panel(const std::string& title, std::span<const uint8_t> values, const MapFrame& frame,
                     std::span<const MapClass> classes) {
  std::vector<Colour> palette;
  for (const MapClass& c : classes) palette.push_back(c.colour);
  return drawing(title, frame, png_data_uri(draw(frame, values.size(), palette, [&](size_t i) { return values[i]; })),
                 "", {});
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
