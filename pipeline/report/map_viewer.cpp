#include "pipeline/report/map_viewer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

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

// The part of the raster that holds data: its columns from the west and rows from the north, as shares.
Json extent(const MapLayer& layer, const MapFrame& frame) {
  int west = frame.columns, east = -1, top = frame.rows, bottom = -1;
  for (int row = 0; row < frame.rows; ++row)
    for (int column = 0; column < frame.columns; ++column) {
      if (!std::isfinite(layer.values[size_t(row) * size_t(frame.columns) + size_t(column)])) continue;
      const int down = frame.south_first() ? frame.rows - 1 - row : row;
      west = std::min(west, column), east = std::max(east, column);
      top = std::min(top, down), bottom = std::max(bottom, down);
    }
  if (east < 0) return {0, 1, 0, 1};
  return {double(west) / frame.columns, (east + 1.0) / frame.columns, double(top) / frame.rows,
          (bottom + 1.0) / frame.rows};
}

Json description(const MapViewer& viewer, const MapFrame& frame) {
  const MapEdges edges = frame.edges();
  Json json = {{"columns", frame.columns},
               {"rows", frame.rows},
               {"aspect", frame.aspect()},
               {"geographic", frame.geographic()},
               {"placed", frame.grid.has_value()},
               {"edges", {edges.west, edges.east, edges.south, edges.north}},
               {"left", viewer.left},
               {"right", viewer.right},
               {"windows", viewer.windows},
               {"layers", Json::array()},
               {"scales", Json::array()}};
  const auto first = std::find_if(viewer.layers.begin(), viewer.layers.end(),
                                  [&](const MapLayer& layer) { return layer.name == viewer.right; });
  if (first != viewer.layers.end()) json["start"] = extent(*first, viewer.frame);
  for (size_t i = 0; i < viewer.layers.size(); ++i) {
    const MapLayer& layer = viewer.layers[i];
    json["layers"].push_back(
        {{"name", layer.name}, {"window", layer.window}, {"scale", layer.scale}, {"image", image_id(viewer, i)}});
  }
  for (const MapScale& scale : viewer.scales) {
    std::string palette;
    for (const Colour c : palette_of(scale.colours.map))
      if (c.alpha) palette += fmt::format("{:02x}{:02x}{:02x}", c.red, c.green, c.blue);
    json["scales"].push_back({{"low", scale.colours.low}, {"high", scale.colours.high}, {"palette", palette}});
  }
  return json;
}

// JSON that no HTML parser takes for the end of its element.
Html script_data(const Json& json) {
  std::string text = json.dump();
  for (size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) text.replace(at, 1, "\\u003c");
  return element("script", {{"type", "application/json"}}, Html{text});
}

Html choice(const std::string& label, const std::string& role) {
  return element("label", {}, escape(label + " ") + element("select", {{"data-role", role}}, Html{}));
}

Html live_part(const MapViewer& viewer, const MapFrame& frame) {
  Html controls = choice("Left", "left") + choice("Right", "right");
  if (viewer.windows.size() > 1) controls = choice("Window", "window") + controls;
  const Html swipe = element("input", {{"type", "range"},
                                       {"class", "swipe"},
                                       {"min", "0"},
                                       {"max", "1000"},
                                       {"value", "500"},
                                       {"aria-label", "How much of the left map is shown"}});
  const Html map = element("div", {{"class", "viewer-box"}},
                           element("div",
                                   {{"class", "viewer-map"},
                                    {"role", "application"},
                                    {"style", fmt::format("aspect-ratio:1/{:.4f}", frame.aspect())},
                                    {"aria-label", "Map; arrow keys move it, plus and minus zoom"}},
                                   Html{}) +
                               element("div", {{"class", "swipe-edge"}}, Html{}) + swipe);
  Html bars;
  for (const MapScale& scale : viewer.scales) bars += colour_bar(scale.colours, scale.label);
  return element("div", {{"class", "map-viewer"}, {"hidden", ""}},
                 element("div", {{"class", "viewer-controls"}}, controls) + map +
                     element("p", {{"class", "viewer-value"}}, Html{}) +
                     element("div", {{"class", "colour-bars"}}, bars) + script_data(description(viewer, frame)));
}

Html still_part(const MapViewer& viewer, const Pictures& pictures) {
  Html rows;
  for (size_t window = 0; window < viewer.windows.size(); ++window) {
    Html panels;
    for (size_t i = 0; i < viewer.layers.size(); ++i)
      if (viewer.layers[i].window == window)
        panels += map_panel(viewer.layers[i].name, pictures.uris[i], pictures.frame, image_id(viewer, i));
    rows += subheading(viewer.windows[window]) + map_row(4, panels, {});
  }
  Html bars;
  for (const MapScale& scale : viewer.scales) bars += colour_bar(scale.colours, scale.label);
  return element("details", {{"class", "all-maps"}, {"open", ""}},
                 element("summary", {}, escape("All maps side by side")) + rows +
                     element("div", {{"class", "colour-bars"}}, bars));
}

}  // namespace

Html map_viewer(const MapViewer& viewer, size_t most_bytes) {
  const Pictures pictures = pictures_of(viewer, most_bytes);
  Html html = live_part(viewer, pictures.frame) + still_part(viewer, pictures);
  if (pictures.factor > 1)
    html +=
        note(fmt::format("To keep this page small, the maps show means over {0} × {0} cells; scores are of all "
                         "cells, one by one.",
                         pictures.factor));
  return html;
}

}  // namespace unetsr::pipeline::report
