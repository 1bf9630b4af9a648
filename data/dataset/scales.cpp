#include "data/dataset/scales.hpp"

#include <algorithm>

#include "data/dataset/land_cover.hpp"
#include "data/dataset/resample.hpp"

namespace unetsr::data {
namespace {

bool is_sif(const std::string& name) {
  return name.starts_with("sif");
}

Layer renamed(Layer layer, const std::string& name) {
  layer.name = name;
  return layer;
}

Layer with_values(const Layer& like, std::string name, std::vector<float> values) {
  return {std::move(name), like.units, like.long_name, std::move(values)};
}

std::vector<float> plain_mean(std::span<const float> fine, Shape shape, int factor) {
  return block_mean(fine, shape, factor);
}

Dataset empty_on(const Grid& grid, const Dataset& like) {
  Dataset dataset;
  dataset.grid = grid;
  dataset.windows = like.windows, dataset.window_days = like.window_days;
  dataset.sif = like.sif;
  dataset.provenance = like.provenance;
  return dataset;
}

}  // namespace

Dataset fine_scale(const Dataset& granules) {
  const Dataset coarse = granules.coarse();
  Dataset fine = empty_on(granules.grid, granules);
  for (const Layer& layer : granules.layers) fine.add(layer);
  for (const Layer& layer : coarse.layers) {
    const bool sif = layer.name == coarse_layer || layer.name == coarse_error_layer;
    if (is_sif(layer.name) && !sif) continue;
    const std::string name = sif ? layer.name : layer.name + "_coarse";
    fine.add(
        with_values(layer, name, refine(layer.values, fine.shape(), granules.coarse_factor, Interpolation::bilinear)));
  }
  return fine;
}

LayerChoice granule_layers(const std::vector<std::string>& names) {
  const std::string suffix = "_coarse";
  LayerChoice choice;
  for (const std::string& name : names) {
    if (name == coarse_layer || name == coarse_error_layer)
      choice.coarse_layers.push_back(name);
    else if (name.ends_with(suffix))
      choice.coarse_layers.push_back(name.substr(0, name.size() - suffix.size()));
    else
      choice.layers.push_back(name);
  }
  return choice;
}

Dataset tables_as_granules(const Dataset& tables) {
  const std::string suffix = "_coarse";
  Dataset granules = empty_on(tables.grid, tables);
  granules.coarse_factor = 1;
  for (const Layer& layer : tables.layers) {
    if (layer.name == coarse_layer)
      granules.coarse_layers.push_back(layer);
    else if (layer.name.ends_with(suffix))
      granules.coarse_layers.push_back(renamed(layer, layer.name.substr(0, layer.name.size() - suffix.size())));
    else
      granules.add(layer);
  }
  return granules;
}

Dataset wald_granules(const Dataset& granules, int factor) {
  const Dataset coarse = granules.coarse();
  Dataset wald = empty_on(coarse.grid, granules);
  wald.coarse_factor = factor;
  for (const Layer& layer : coarse.layers)
    wald.add(layer.name == coarse_layer ? renamed(layer, target_layer)
             : is_sif(layer.name)       ? renamed(layer, "sif_fine" + layer.name.substr(3))
                                        : layer);
  for (const Layer& layer : granules.layers)
    if (!is_sif(layer.name) && !wald.has(layer.name))
      wald.add(with_values(layer, layer.name,
                           (layer.name == land_cover_layer ? block_mode : plain_mean)(layer.values, granules.shape(),
                                                                                      granules.coarse_factor)));

  const std::span<const float> soundings =
      coarse.has("sif_count") ? coarse.values("sif_count") : std::span<const float>();
  for (const Layer& layer : coarse.layers)
    if (!is_sif(layer.name) || layer.name == coarse_layer)
      wald.coarse_layers.push_back(
          with_values(layer, layer.name, block_mean(layer.values, coarse.shape(), factor, soundings)));
  return wald;
}

Dataset wald_scale(const Dataset& granules, int factor) {
  return fine_scale(wald_granules(granules, factor));
}

}  // namespace unetsr::data
