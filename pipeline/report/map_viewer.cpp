#include "pipeline/report/map_viewer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/report/map_lines.hpp"
#include "pipeline/report/map_places.hpp"
#include "pipeline/report/page.hpp"

namespace unetsr::pipeline::report {
namespace {

using Json = nlohmann::ordered_json;

struct Pictures {
  int factor = 1;
  MapFrame frame;
  std::vector<std::string> uris;
};

// Stops early where they are too many.
size_t draw(const MapViewer& viewer, size_t most_bytes, Pictures& pictures) {
  size_t bytes = 0;
  pictures.uris.clear();
  pictures.frame = viewer.frame.thinned(pictures.factor);
  for (const MapLayer& layer : viewer.layers) {
    pictures.uris.push_back(picture_of(thinned(layer.values, viewer.frame, pictures.factor), pictures.frame,
                                       viewer.scales[layer.scale].colours));
    bytes += pictures.uris.back().size();
    if (bytes > most_bytes) break;
  }
  return bytes;
}

Pictures pictures_of(const MapViewer& viewer, size_t most_bytes) {
  Pictures pictures;
  while (draw(viewer, most_bytes, pictures) > most_bytes && pictures.frame.rows * pictures.frame.columns > 1)
    ++pictures.factor;
  return pictures;
}

std::string image_id(const MapViewer& viewer, size_t layer) {
  return fmt::format("{}-{}", viewer.id, layer);
}

std::string outline_id(const MapViewer& viewer, size_t outline) {
  return fmt::format("{}-outline-{}", viewer.id, outline);
}

// Where a layer's data lie on the drawn map: west, east, south and north in blocks of `factor` cells, sheared upright.
Json extent(const MapLayer& layer, const MapFrame& frame, int factor) {
  const double cell = frame.aspect() * frame.columns / frame.rows, height = cell * frame.rows, lean = frame.lean();
  double west = INFINITY, east = -INFINITY, top = INFINITY, bottom = -INFINITY;
  for (int row = 0; row < frame.rows; ++row)
    for (int column = 0; column < frame.columns; ++column) {
      if (!std::isfinite(layer.values[size_t(row) * size_t(frame.columns) + size_t(column)])) continue;
      const double down = cell * (frame.south_first() ? frame.rows - 1 - row : row);
      const double x = column + lean * down + std::max(-lean, 0.0) * height;
      west = std::min(west, x), east = std::max(east, x + 1);
      top = std::min(top, down), bottom = std::max(bottom, down + cell);
    }
  if (east < west) west = 0, east = frame.columns, top = 0, bottom = height;
  return {west / factor, east / factor, (height - bottom) / factor, (height - top) / factor};
}

// Null where there is no place; to a metre.
Json degrees(const std::vector<double>& values) {
  constexpr double steps = 1e5;
  Json json = Json::array();
  for (const double value : values)
    json.push_back(std::isnan(value) ? Json() : Json(std::round(value * steps) / steps));
  return json;
}

Json places(const MapFrame& frame) {
  if (!frame.grid) return nullptr;
  const MapPlaces places = places_of(*frame.grid);
  return {{"rows", places.rows},
          {"columns", places.columns},
          {"longitude", degrees(places.longitude)},
          {"latitude", degrees(places.latitude)}};
}

Json description_of(const MapScale& scale) {
  std::string palette;
  for (const Colour c : palette_of(scale.colours.map))
    if (c.alpha) palette += fmt::format("{:02x}{:02x}{:02x}", c.red, c.green, c.blue);
  return {{"low", scale.colours.low}, {"high", scale.colours.high}, {"palette", palette}};
}

Json description(const MapViewer& viewer, const DrawnFrame& drawn) {
  const MapFrame frame = drawn.picture();
  Json json = {{"id", viewer.id},           {"columns", frame.columns}, {"rows", frame.rows},
               {"aspect", frame.aspect()},  {"lean", frame.lean()},     {"drawn", {drawn.width(), drawn.height()}},
               {"places", places(frame)},   {"left", viewer.left},      {"right", viewer.right},
               {"windows", viewer.windows}, {"layers", Json::array()},  {"scales", Json::array()}};
  const auto first = std::find_if(viewer.layers.begin(), viewer.layers.end(),
                                  [&](const MapLayer& layer) { return layer.name == viewer.right; });
  if (first != viewer.layers.end()) json["start"] = extent(*first, viewer.frame, drawn.factor);
  for (size_t i = 0; i < viewer.layers.size(); ++i) {
    const MapLayer& layer = viewer.layers[i];
    Json described = {
        {"name", layer.name}, {"window", layer.window}, {"scale", layer.scale}, {"image", image_id(viewer, i)}};
    if (!layer.group.empty()) described["group"] = layer.group;
    if (layer.outline) described["outline"] = outline_id(viewer, *layer.outline);
    json["layers"].push_back(described);
  }
  for (const MapScale& scale : viewer.scales) json["scales"].push_back(description_of(scale));
  return json;
}

// The lines that panels and the live map refer to.
struct Lines {
  DrawnFrame drawn;
  Html coasts, outlines;

  // What is drawn over a panel's picture, in the units of the lines.
  Html over(const MapViewer& viewer, const MapLayer& layer) const {
    Html uses;
    const auto use = [&](const std::string& id, const std::string& style) {
      for (const char* stroke : {"casing", "ink"})
        uses += element("use", {{"href", "#" + id}, {"class", style + " " + stroke}}, Html{});
    };
    for (const char* kind : {"state", "country", "coast"})
      if (const std::string id = viewer.id + "-" + kind; coasts.text.find('"' + id + '"') != std::string::npos)
        use(id, kind);
    if (layer.outline) use(outline_id(viewer, *layer.outline), "outline");
    return uses;
  }
};

Lines lines_of(const MapViewer& viewer, int factor) {
  Lines lines{{viewer.frame, factor}, {}, {}};
  lines.coasts = coast_paths(lines.drawn, viewer.id);
  for (size_t i = 0; i < viewer.outlines.size(); ++i)
    lines.outlines += outline_path(viewer.outlines[i].cells, lines.drawn, outline_id(viewer, i));
  return lines;
}

Html choice(const std::string& label, const std::string& role) {
  return element("label", {}, element("span", {}, escape(label)) + element("select", {{"data-role", role}}, Html{}));
}

Html tick_box(const std::string& label, const std::string& role) {
  return element("label", {{"class", "viewer-tick"}},
                 element("input", {{"type", "checkbox"}, {"checked", ""}, {"data-role", role}}) +
                     element("i", {{"class", "key-" + role}, {"aria-hidden", "true"}}, Html{}) + escape(label));
}

Html controls(const MapViewer& viewer, const Lines& lines) {
  Html choices, ticks;
  if (viewer.windows.size() > 1) choices += choice("Window", "window");
  choices += choice("Left", "left") + choice("Right", "right");
  if (!lines.outlines.empty()) ticks += tick_box("Outline of " + viewer.outlined, "outline");
  if (!lines.coasts.empty()) ticks += tick_box("Coasts and borders", "coasts");
  ticks += element("span", {{"class", "viewer-tick"}},
                   element("i", {{"class", "key-missing"}, {"aria-hidden", "true"}}, Html{}) + escape("No data"));
  return element("div", {{"class", "viewer-controls"}}, choices) + element("div", {{"class", "viewer-ticks"}}, ticks);
}

Html colour_bars(const MapViewer& viewer) {
  Html bars;
  for (const MapScale& scale : viewer.scales) bars += colour_bar(scale.colours, scale.label);
  return element("div", {{"class", "colour-bars"}}, bars);
}

// Height over width of the map, sheared upright.
double drawn_aspect(const MapFrame& frame) {
  return frame.aspect() / (1 + std::abs(frame.lean()) * frame.aspect());
}

Html live_part(const MapViewer& viewer, const Lines& lines) {
  const Html swipe = element("input", {{"type", "range"},
                                       {"class", "swipe"},
                                       {"min", "0"},
                                       {"max", "100"},
                                       {"value", "50"},
                                       {"aria-label", "Swipe: percent of the map's width that shows the left layer"}});
  const Html map =
      element("div",
              {{"class", "viewer-map"},
               {"role", "application"},
               {"aria-label", "Map: arrow keys move it, plus and minus zoom; the values in its middle are read"}},
              Html{});
  const auto name = [](const char* side) {
    return element("span", {{"class", std::string("side-name ") + side}, {"aria-hidden", "true"}}, Html{});
  };
  const Html box = element(
      "div", {{"class", "viewer-box"}, {"style", fmt::format("--aspect:{:.4f}", drawn_aspect(lines.drawn.picture()))}},
      map + element("div", {{"class", "swipe-edge"}}, Html{}) +
          element("div", {{"class", "cross"}, {"aria-hidden", "true"}}, Html{}) + name("left") + name("right") + swipe);
  const Html side = element("div", {{"class", "viewer-side"}},
                            controls(viewer, lines) + colour_bars(viewer) +
                                element("p", {{"class", "viewer-value"}, {"aria-live", "off"}}, Html{}));
  return element("div", {{"class", "map-viewer"}, {"hidden", ""}},
                 box + side + json_script(description(viewer, lines.drawn).dump()));
}

Html still_part(const MapViewer& viewer, const Pictures& pictures, const Lines& lines) {
  Html rows;
  for (size_t window = 0; window < viewer.windows.size(); ++window) {
    Html panels;
    for (size_t i = 0; i < viewer.layers.size(); ++i)
      if (viewer.layers[i].window == window)
        panels += map_panel(viewer.layers[i].name, pictures.uris[i], pictures.frame, image_id(viewer, i),
                            {lines.over(viewer, viewer.layers[i]), lines.drawn.width(), lines.drawn.height()});
    rows += subheading(viewer.windows[window]) + map_row(4, panels, {});
  }
  return element("details", {{"class", "all-maps"}, {"open", ""}},
                 element("summary", {}, escape("All maps side by side")) + rows + colour_bars(viewer));
}

Html definitions(const Lines& lines) {
  const Html all = lines.coasts + lines.outlines;
  if (all.empty()) return {};
  return element("svg", {{"class", "definitions"}, {"aria-hidden", "true"}}, element("defs", {}, all));
}

}  // namespace

Html map_viewer(const MapViewer& viewer, size_t most_bytes) {
  const Pictures pictures = pictures_of(viewer, most_bytes);
  const Lines lines = lines_of(viewer, pictures.factor);
  Html html = definitions(lines) + live_part(viewer, lines) + still_part(viewer, pictures, lines);
  if (pictures.factor > 1)
    html +=
        note(fmt::format("To keep this page small, the maps show means over {0} × {0} cells; scores are of all "
                         "cells, one by one.",
                         pictures.factor));
  return html;
}

}  // namespace unetsr::pipeline::report
