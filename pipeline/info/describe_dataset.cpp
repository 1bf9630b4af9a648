#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "data/dataset/calendar.hpp"
#include "data/dataset/dated_windows.hpp"
#include "data/geography/grid_extent.hpp"
#include "kernels/excerpt.hpp"
#include "pipeline/console/grid_text.hpp"
#include "pipeline/console/layer_table.hpp"
#include "pipeline/info/describe.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const ValueRange& range) {
  if (range.present == 0) return {{"present", 0}};
  return {{"present", range.present}, {"min", range.minimum}, {"median", range.median}, {"max", range.maximum}};
}

Json to_json(const data::Grid& grid) {
  return {{"rows", grid.rows},     {"columns", grid.columns},   {"crs", grid.crs},      {"x_origin", grid.x_origin},
          {"x_step", grid.x_step}, {"y_origin", grid.y_origin}, {"y_step", grid.y_step}};
}

Json to_json(const data::Provenance& provenance) {
  Json json = {{"command", provenance.command}, {"version", provenance.version}, {"created", provenance.created}};
  if (provenance.simulated) json["simulated"] = true;
  if (!provenance.world.empty()) json["world"] = provenance.world;
  if (!provenance.soundings.empty()) json["soundings"] = provenance.soundings;
  for (const auto& input : provenance.inputs)
    json["inputs"].push_back({{"path", input.path}, {"bytes", input.bytes}, {"sha256", input.sha256}});
  return json;
}

std::string provenance_text(const data::Provenance& provenance) {
  std::string text;
  for (const auto& input : provenance.inputs)
    text += fmt::format("from {} ({} bytes, sha256 {})\n", input.path, input.bytes, input.sha256);
  return text;
}

// How many soundings each window has.
std::vector<int64_t> soundings_of_windows(const data::Dataset& dataset) {
  if (!data::are_dates(dataset.windows)) return {};
  const data::SoundingWindows windows(dataset);
  std::vector<int64_t> counts(dataset.windows.size(), 0);
  for (size_t i = 0; i < dataset.soundings.size(); ++i)
    if (const auto window = windows.of(dataset.soundings, i)) ++counts[*window];
  return counts;
}

std::string windows_text(const data::Dataset& dataset) {
  constexpr size_t most = 6;
  const std::vector<int64_t> counts = soundings_of_windows(dataset);
  std::string text = fmt::format("windows:     {}", dataset.windows.size());
  if (dataset.soundings.size() > 0) {
    const std::string product = excerpt(dataset.provenance.soundings);
    text += fmt::format("\nsoundings:   {}{}", dataset.soundings.size(), product.empty() ? "" : ", " + product);
  }
  text += "\n";
  for (size_t w = 0; w < dataset.windows.size() && w < most; ++w)
    text +=
        fmt::format("             window {}{}\n", dataset.windows[w],
                    dataset.soundings.size() > 0 && !counts.empty() ? fmt::format(": {} soundings", counts[w]) : "");
  if (dataset.windows.size() > most) text += fmt::format("             ... to window {}\n", dataset.windows.back());
  return text;
}

std::string summary(const data::Dataset& dataset) {
  const data::Provenance& made = dataset.provenance;
  std::string text =
      made.simulated ? "made from " + data::simulated_scene(made.world) + ", not from measurements\n" : std::string();
  text += "region:      " + extent_text(dataset.grid, dataset.region) + "\n";
  if (!dataset.region.empty())
    text += fmt::format("             {} of {} fine cells\n",
                        std::count(dataset.region.begin(), dataset.region.end(), 1), dataset.grid.cells());
  text += "fine grid:   " + grid_text(dataset.grid) + "\n";
  if (dataset.coarse_factor > 0) text += "coarse grid: " + grid_text(dataset.coarse_grid()) + "\n";
  text += "SIF:         " + data::sif_name(dataset.sif) + ", " + data::sif_units + "\n";
  return text + windows_text(dataset);
}

}  // namespace

Description describe_dataset(const data::Dataset& dataset, bool verbose) {
  constexpr size_t width = 80;
  const data::Grid& grid = dataset.grid;
  const size_t cells = size_t(grid.cells());
  const data::BoundingBox box = data::extent_in_degrees(grid, dataset.region);
  Description d;
  d.json = {{"kind", "dataset"},
            {"grid", to_json(grid)},
            {"extent_degrees", {box.west, box.south, box.east, box.north}},
            {"sif",
             {{"kind", to_string(dataset.sif.kind)},
              {"name", data::sif_name(dataset.sif)},
              {"wavelength", dataset.sif.wavelength},
              {"units", data::sif_units}}},
            {"windows", dataset.windows},
            {"soundings", dataset.soundings.size()}};
  if (!dataset.region.empty()) d.json["region_cells"] = std::count(dataset.region.begin(), dataset.region.end(), 1);
  for (const data::Layer& layer : dataset.layers) {
    Json windows = Json::object();
    for (size_t w = 0; w < dataset.windows.size(); ++w)
      windows[dataset.windows[w]] = to_json(range_of(std::span(layer.values).subspan(w * cells, cells)));
    Json json = {{"name", layer.name}, {"units", layer.units}, {"long_name", layer.long_name}};
    json.update(to_json(range_of(layer.values)));
    json["windows"] = windows;
    d.json["layers"].push_back(json);
  }
  d.json["provenance"] = to_json(dataset.provenance);
  d.text = "dataset\n" + summary(dataset) + "\n" + layer_table(dataset, width);
  d.text += fmt::format("\nmade on {} by unetsr {}:\n{}\n", dataset.provenance.created, dataset.provenance.version,
                        dataset.provenance.command);
  if (verbose)
    d.text += fmt::format("identity {}\nfirst centre at x {:.6f}, y {:.6f} in {}\n", dataset.identity, grid.x_origin,
                          grid.y_origin, grid.crs) +
              provenance_text(dataset.provenance);
  else
    d.text += fmt::format("from {} files; --verbose lists them with checksums\n", dataset.provenance.inputs.size());
  return d;
}

}  // namespace unetsr::pipeline
