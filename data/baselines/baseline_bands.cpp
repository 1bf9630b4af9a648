#include "data/baselines/baseline_bands.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/dataset_header.hpp"
#include "data/dataset/resample.hpp"
#include "data/features/denoising.hpp"
#include "data/features/features.hpp"

namespace unetsr::data {
namespace {

const Layer* layer_named(const std::vector<Layer>& layers, const std::string& name) {
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const Layer& layer) { return layer.name == name; });
  return found == layers.end() ? nullptr : &*found;
}

}  // namespace

BaselineBands denoised_bands(const Dataset& dataset) {
  const std::vector<std::string> known = feature_names(dataset);
  BaselineBands bands;
  for (const std::string name : {"ndvi", "evi", "red", "nir"}) {
    const std::vector<std::string> denoised = {name + denoised_suffix};
    const Layer *noisy = layer_named(dataset.layers, name), *coarse = layer_named(dataset.coarse_layers, name);
    if (!noisy || !coarse || std::find(known.begin(), known.end(), denoised.front()) == known.end()) continue;
    const std::vector<float> values = make_features(dataset, denoised).values;
    std::vector<float> change(values.size());
    for (size_t i = 0; i < change.size(); ++i) change[i] = values[i] - noisy->values[i];
    change = block_mean(change, dataset.shape(), dataset.coarse_factor);
    Layer on_coarse_cells = *coarse;
    for (size_t i = 0; i < change.size(); ++i)
      if (!std::isnan(change[i])) on_coarse_cells.values[i] += change[i];
    bands.fine.push_back({name, noisy->units, noisy->long_name, values});
    bands.coarse.push_back(std::move(on_coarse_cells));
  }
  return bands;
}

Dataset with_bands(const Dataset& dataset, const BaselineBands& bands) {
  Dataset replaced = header_of(dataset);
  replaced.layers = bands.fine;
  replaced.coarse_layers = bands.coarse;
  if (const Layer* sif = layer_named(dataset.coarse_layers, coarse_layer)) replaced.coarse_layers.push_back(*sif);
  return replaced;
}

}  // namespace unetsr::data
