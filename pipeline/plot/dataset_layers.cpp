#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "data/dataset/dataset_file.hpp"
#include "kernels/error.hpp"
#include "kernels/suggestion.hpp"
#include "pipeline/plot/layers.hpp"
#include "pipeline/plot/windows.hpp"

namespace unetsr::pipeline::picture {
namespace {

// One of the layers of a panel's column; `of_coarse_cells` where both grids have the name.
struct Column {
  std::string layer, title;
  Quantity quantity;
  bool of_coarse_cells;
};

Quantity quantity_of(const std::string& layer, const std::string& units) {
  if (layer.ends_with("_error")) return Quantity::deviation;
  if (layer.ends_with("_count")) return Quantity::count;
  if (units.starts_with("mW")) return Quantity::sif;
  for (const char* index : {"ndvi", "evi", "nirv"})
    if (layer.starts_with(index)) return Quantity::vegetation;
  return Quantity::other;
}

// Without values.
const data::Layer* find(const std::vector<data::Layer>& layers, const std::string& name) {
  const auto at = std::find_if(layers.begin(), layers.end(), [&](const data::Layer& l) { return l.name == name; });
  return at == layers.end() ? nullptr : &*at;
}

std::vector<Column> columns_at_a_glance(const data::Dataset& dataset) {
  const bool coarse = find(dataset.coarse_layers, data::coarse_layer) != nullptr;
  std::vector<Column> columns;
  for (const Column& c : {Column{data::coarse_layer, "Coarse SIF", Quantity::sif, coarse},
                          Column{"ndvi", "NDVI", Quantity::vegetation, false},
                          Column{"sif_count", "Soundings in a cell", Quantity::count, coarse}})
    if (find(c.of_coarse_cells ? dataset.coarse_layers : dataset.layers, c.layer)) columns.push_back(c);
  return columns;
}

std::vector<Column> selected_column(const data::Dataset& dataset, const Source& source) {
  const bool fine = find(dataset.layers, source.selection) != nullptr;
  const data::Layer* layer = find(fine ? dataset.layers : dataset.coarse_layers, source.selection);
  if (!layer) {
    std::vector<std::string> names = dataset.layer_names();
    for (const data::Layer& l : dataset.coarse_layers)
      if (std::find(names.begin(), names.end(), l.name) == names.end()) names.push_back(l.name);
    throw UsageError(fmt::format("{}: no layer '{}' in this dataset; there are {}{}", source.path.string(),
                                 source.selection, fmt::join(names, ", "), did_you_mean(source.selection, names)));
  }
  return {{layer->name, source.title(), quantity_of(layer->name, layer->units), !fine}};
}

std::string words(const Column& column, const data::Layer& layer) {
  switch (column.quantity) {
    case Quantity::sif:
      return "SIF";
    case Quantity::deviation:
      return "standard deviation";
    case Quantity::count:
      return "number of soundings";
    case Quantity::vegetation:
      return column.layer == "ndvi" ? "NDVI" : column.layer == "evi" ? "EVI" : column.layer;
    default:
      return layer.long_name.empty() ? layer.name : layer.long_name;
  }
}

MapLayer layer_of(const data::Dataset& block, const Column& column, const std::string& window) {
  const data::Layer& layer = *find(column.of_coarse_cells ? block.coarse_layers : block.layers, column.layer);
  const std::string units = layer.units == "1" ? "" : layer.units;
  return {column.title,         window, column.quantity,
          words(column, layer), units,  column.of_coarse_cells ? block.coarse_grid() : block.grid,
          layer.values};
}

}  // namespace

LayerTable dataset_layers(const Source& source, const WindowChoice& choice) {
  const data::DatasetFile file(source.path);
  const std::vector<std::string>& windows = file.description().windows;
  const data::Dataset head = file.read_block({0, 1}, {0, 0, 1, 1});
  const std::vector<Column> columns =
      source.selection.empty() ? columns_at_a_glance(head) : selected_column(head, source);
  data::LayerChoice layers;
  for (const Column& c : columns) (c.of_coarse_cells ? layers.coarse_layers : layers.layers).push_back(c.layer);
  LayerTable table{{}, windows.size()};
  for (const int window : chosen_windows(windows, choice, source.path.string())) {
    const data::Dataset block = file.read_block({window, 1}, data::whole(file.description().grid), layers);
    std::vector<MapLayer>& row = table.rows.emplace_back();
    for (const Column& c : columns) row.push_back(layer_of(block, c, windows[size_t(window)]));
  }
  return table;
}

}  // namespace unetsr::pipeline::picture
