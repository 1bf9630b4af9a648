#include <fmt/format.h>

#include <cmath>

#include "data/dataset/calendar.hpp"
#include "data/formats/auxiliary.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/info/describe.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

Json optional(const std::optional<double>& v) {
  return v ? Json(*v) : Json();
}

Json to_json(const data::RasterSource& source, const data::RasterSource::Band& band) {
  const data::ValueRules rules = value_rules(band.attributes);
  Json json = {{"label", band.label},
               {"type", band.type},
               {"scale", rules.scale},
               {"offset", rules.offset},
               {"valid", {optional(rules.low), optional(rules.high)}},
               {"fill", rules.fills},
               {"mask", band.mask},
               {"classes", rules.classes},
               {"product", rules.product}};
  if (band.time) json["date"] = to_string(data::date_of(int(std::floor(*band.time + 1e-6))));
  if (!rules.problem.empty()) json["refused"] = rules.problem;
  if (!source.unplaced.empty()) json["refused"] = source.unplaced;
  return json;
}

// Bands that differ in their labels alone are one line.
std::string bands_text(const data::RasterSource& source) {
  std::string text;
  for (size_t first = 0; first < source.bands.size();) {
    const auto meaning = [&](size_t b) { return to_string(value_rules(source.bands[b].attributes), source.bands[b]); };
    size_t last = first;
    while (last + 1 < source.bands.size() && meaning(last + 1) == meaning(first)) ++last;
    const std::string from = excerpt(source.bands[first].label), to = excerpt(source.bands[last].label);
    text += first == last ? fmt::format("  band {}{}: ", first + 1, from.empty() ? "" : " " + from)
                          : fmt::format("  bands {} to {}{}: ", first + 1, last + 1,
                                        from.empty() && to.empty() ? "" : fmt::format(" ({} to {})", from, to));
    text += meaning(first) + "\n";
    if (const std::string problem = value_rules(source.bands[first].attributes).problem; !problem.empty())
      text += "    refused as --aux: " + problem + "; state it, as in ?scale=0.0001&offset=0 behind the file\n";
    first = last + 1;
  }
  return text;
}

void add(Description& d, data::RasterSource& source) {
  const data::Grid& g = source.grid;
  Json json = {{"data_set", source.field}, {"rows", g.rows}, {"columns", g.columns}, {"units", source.units}};
  d.text +=
      fmt::format("{}{} x {} pixels", source.field.empty() ? "" : excerpt(source.field) + ": ", g.rows, g.columns);
  if (source.unplaced.empty()) {
    json["crs"] = g.crs, json["x_origin"] = g.x_origin, json["x_step"] = g.x_step;
    json["y_origin"] = g.y_origin, json["y_step"] = g.y_step;
    d.text += fmt::format(" of {:.6g} x {:.6g} from {:.10g}, {:.10g} ({})", g.x_step, std::abs(g.y_step),
                          g.x_origin - g.x_step / 2, g.y_origin - g.y_step / 2, g.crs.substr(0, 60));
  }
  if (!source.units.empty()) d.text += ", " + excerpt(source.units);
  d.text += "\n";
  std::string refused = source.unplaced;
  if (refused.empty()) try {
      data::check_place(g, source.name);
    } catch (const Error& e) {
      refused = e.what();
    }
  if (!refused.empty()) d.text += "  refused as --aux: " + refused + "\n";
  if (!source.note.empty()) d.text += "  " + source.note + "\n";
  if (!source.time_problem.empty()) d.text += "  " + source.time_problem + "\n";
  d.text += bands_text(source);
  if (!refused.empty()) json["refused"] = refused;
  if (!source.note.empty()) json["note"] = source.note;
  json["bands_are"] = source.bands_are;
  for (const data::RasterSource::Band& band : source.bands) json["bands"].push_back(to_json(source, band));
  d.json["data_sets"].push_back(std::move(json));
}

}  // namespace

Description describe_raster(const std::string& name) {
  Description d;
  d.json = {{"kind", "raster"}, {"file", name}};
  d.text = "raster " + name + "\n";
  const std::vector<std::string> sets = data::data_sets_of(name);
  if (sets.empty()) {
    add(d, *data::open_raster(name));
    return d;
  }
  d.text += fmt::format("{} data sets; --aux takes one as {}:NAME\n", sets.size(), name);
  for (const std::string& set : sets) {
    d.text += "\n";
    try {
      add(d, *data::open_raster(name + ":" + set));
    } catch (const Error& e) {
      // One that cannot be used hides no other.
      d.text += excerpt(set) + ": refused as --aux: " + e.what() + "\n";
      d.json["data_sets"].push_back({{"data_set", set}, {"refused", e.what()}});
    }
  }
  return d;
}

}  // namespace unetsr::pipeline
