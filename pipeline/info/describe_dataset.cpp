#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "pipeline/console/text_table.hpp"
#include "pipeline/info/describe.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

struct Range {
  int64_t present = 0;
  float minimum = 0, median = 0, maximum = 0;  // only where present > 0
};

Range range_of(std::span<const float> values) {
  std::vector<float> sorted;
  std::copy_if(values.begin(), values.end(), std::back_inserter(sorted), [](float v) { return !std::isnan(v); });
  std::sort(sorted.begin(), sorted.end());
  if (sorted.empty()) return {};
  const size_t half = sorted.size() / 2;
  const float median = sorted.size() % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return {int64_t(sorted.size()), sorted.front(), median, sorted.back()};
}

Json to_json(const Range& range) {
  if (range.present == 0) return {{"present", 0}};
  return {{"present", range.present}, {"min", range.minimum}, {"median", range.median}, {"max", range.maximum}};
}

Json to_json(const data::Grid& grid) {
  return {{"rows", grid.rows},     {"columns", grid.columns},   {"crs", grid.crs},      {"x_origin", grid.x_origin},
          {"x_step", grid.x_step}, {"y_origin", grid.y_origin}, {"y_step", grid.y_step}};
}

Json to_json(const data::Provenance& provenance) {
  Json json = {{"command", provenance.command}, {"version", provenance.version}, {"created", provenance.created}};
  for (const auto& input : provenance.inputs)
    json["inputs"].push_back({{"path", input.path}, {"bytes", input.bytes}, {"sha256", input.sha256}});
  return json;
}

std::string number(const Range& range, float value) {
  return range.present ? fmt::format("{:.4g}", value) : "-";
}

std::string provenance_text(const data::Provenance& provenance) {
  std::string text = fmt::format("made by {}\n     on {} with version {}\n", provenance.command, provenance.created,
                                 provenance.version);
  for (const auto& input : provenance.inputs)
    text += fmt::format("   from {} ({} bytes, sha256 {})\n", input.path, input.bytes, input.sha256);
  return text;
}

}  // namespace

Description describe_dataset(const data::Dataset& dataset) {
  const data::Grid& grid = dataset.grid;
  const size_t cells = size_t(grid.cells());
  Description d;
  d.json = {{"kind", "dataset"}, {"grid", to_json(grid)}, {"windows", dataset.windows}};
  std::vector<std::string> header = {"layer"};
  for (const std::string& window : dataset.windows) header.push_back("present " + window);
  for (const char* title : {"min", "median", "max", "units"}) header.push_back(title);
  TextTable table(header);
  for (const data::Layer& layer : dataset.layers) {
    std::vector<std::string> row = {layer.name};
    Json windows = Json::object();
    for (size_t w = 0; w < dataset.windows.size(); ++w) {
      const Range range = range_of(std::span(layer.values).subspan(w * cells, cells));
      windows[dataset.windows[w]] = to_json(range);
      row.push_back(fmt::to_string(range.present));
    }
    const Range all = range_of(layer.values);
    for (const float value : {all.minimum, all.median, all.maximum}) row.push_back(number(all, value));
    row.push_back(layer.units);
    table.add(row);
    Json json = {{"name", layer.name}, {"units", layer.units}, {"long_name", layer.long_name}};
    json.update(to_json(all));
    json["windows"] = windows;
    d.json["layers"].push_back(json);
  }
  d.json["provenance"] = to_json(dataset.provenance);
  d.text = fmt::format(
      "dataset of {} windows and {} layers\ngrid of {} x {} cells, {:.6g} x {:.6g} each, first centre at x {:.6g}, "
      "y {:.6g} ({})\n\n{}\n{}",
      dataset.windows.size(), dataset.layers.size(), grid.rows, grid.columns, grid.y_step, grid.x_step, grid.x_origin,
      grid.y_origin, grid.crs, table.text(), provenance_text(dataset.provenance));
  return d;
}

}  // namespace unetsr::pipeline
