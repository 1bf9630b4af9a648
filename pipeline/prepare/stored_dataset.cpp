#include "pipeline/prepare/stored_dataset.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/calendar.hpp"
#include "data/features/denoising.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::pipeline {
namespace {

const std::vector<std::string> gridded_layers = {data::target_layer, data::target_layer + "_error",
                                                 data::target_layer + "_count"};

std::vector<std::string> names_of(const std::vector<data::Layer>& layers) {
  std::vector<std::string> names;
  for (const data::Layer& layer : layers) names.push_back(layer.name);
  return names;
}

bool all_missing(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isnan(v); });
}

}  // namespace

// In the file: bands, denoised bands, gridded soundings, auxiliary bands.
StoredDataset::StoredDataset(const data::DatasetFile& file, const std::vector<std::string>& windows) : file_(file) {
  const std::vector<std::string>& own = file.description().windows;
  for (const std::string& window : windows) {
    const auto found = std::find(own.begin(), own.end(), window);
    windows_.push_back(found == own.end() ? -1 : int(found - own.begin()));
  }
  bool before = true;
  for (const data::Layer& layer : file.layers()) {
    const bool gridded = std::find(gridded_layers.begin(), gridded_layers.end(), layer.name) != gridded_layers.end();
    if (gridded) before = false;
    if (gridded || layer.name.ends_with(data::denoised_suffix)) continue;
    (before ? bands_ : auxiliary_).push_back(layer);
  }
}

void StoredDataset::lay(const std::vector<data::Layer>& layers, ScratchLayers& laid) const {
  std::vector<size_t> numbers;
  for (const data::Layer& layer : layers) numbers.push_back(laid.layer(layer.name, layer.units, layer.long_name));
  for (int w = 0; w < int(windows_.size()); ++w) {
    if (window(w) < 0) continue;
    for (int64_t block = 0; block < laid.blocks().count(); ++block) {
      const data::Dataset own = file_.read_block({window(w), 1}, laid.blocks().part(block), {names_of(layers), {}});
      for (size_t i = 0; i < own.layers.size(); ++i)
        if (!all_missing(own.layers[i].values)) laid.write(numbers[i], w, block, own.layers[i].values);
    }
  }
}

StoredDataset::Gridded StoredDataset::gridded(int of_new, const data::Part& part) const {
  data::Dataset own = file_.read_block({window(of_new), 1}, part, {gridded_layers, names_of(file_.coarse_layers())});
  return {std::move(own.layers), std::move(own.coarse_layers)};
}

data::Soundings StoredDataset::soundings(int of_new, const data::Part& part) const {
  return file_.read_soundings({window(of_new), 1}, part);
}

std::vector<std::string> windows_of_both(const std::vector<std::string>& stored, const std::vector<std::string>& added,
                                         const std::string& name) {
  std::vector<std::string> both = stored;
  for (const std::string& window : added) {
    if (std::find(stored.begin(), stored.end(), window) != stored.end())
      throw UsageError(name + " has the window " + window + " already; give granules of other windows alone");
    both.push_back(window);
  }
  for (const std::string& window : both)
    if (!data::parse_date(window)) throw UsageError(name + ": its window '" + excerpt(window) + "' is no date");
  std::sort(both.begin(), both.end());
  return both;
}

}  // namespace unetsr::pipeline
