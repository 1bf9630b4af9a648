#include "data/baselines/granule_windows.hpp"

#include <algorithm>
#include <array>

#include "data/dataset/dataset_header.hpp"
#include "data/features/denoising.hpp"

namespace unetsr::data {
namespace {

std::vector<Layer> cut(const std::vector<Layer>& layers, int window, int64_t cells) {
  std::vector<Layer> own;
  for (const Layer& layer : layers) {
    const auto first = layer.values.begin() + std::ptrdiff_t(window * cells);
    own.push_back({layer.name, layer.units, layer.long_name, {first, first + std::ptrdiff_t(cells)}});
  }
  return own;
}

bool is_of_baselines(const std::string& layer) {
  const std::array<std::string, 4> bands = {"ndvi", "evi", "red", "nir"};
  return std::find(bands.begin(), bands.end(), layer) != bands.end() || layer.ends_with(denoised_suffix);
}

std::vector<Layer> names_for_baselines(const std::vector<Layer>& layers) {
  std::vector<Layer> names;
  for (const Layer& layer : layers)
    if (is_of_baselines(layer.name)) names.push_back({layer.name, layer.units, layer.long_name, {}});
  return names;
}

}  // namespace

Dataset window_of(const Dataset& dataset, int window) {
  Dataset own = header_of(dataset, window);
  own.layers = cut(dataset.layers, window, dataset.grid.cells());
  if (dataset.coarse_factor > 0) own.coarse_layers = cut(dataset.coarse_layers, window, dataset.coarse_grid().cells());
  return own;
}

GranuleWindows granule_windows(const Dataset& dataset) {
  GranuleWindows granules{header_of(dataset), [&dataset](int window) { return window_of(dataset, window); }};
  granules.coarse.layers = names_for_baselines(dataset.layers);
  granules.coarse.coarse_layers = dataset.coarse_layers;
  return granules;
}

GranuleWindows granule_windows(const DatasetFile& file) {
  const Dataset& description = file.description();
  Dataset coarse = header_of(description);
  coarse.layers = names_for_baselines(file.layers());
  LayerChoice fine, of_coarse_cells;
  for (const Layer& layer : coarse.layers) fine.layers.push_back(layer.name);
  for (const Layer& layer : file.coarse_layers()) of_coarse_cells.coarse_layers.push_back(layer.name);
  coarse.coarse_layers =
      file.read_block({0, int(description.windows.size())}, whole(description.grid), of_coarse_cells).coarse_layers;
  GranuleWindows granules{std::move(coarse), {}};
  const Dataset all = granules.coarse;
  granules.read = [&file, all, fine](int window) {
    Dataset own = header_of(all, window);
    own.layers = file.read_block({window, 1}, whole(all.grid), fine).layers;
    own.coarse_layers = cut(all.coarse_layers, window, all.coarse_grid().cells());
    return own;
  };
  return granules;
}

}  // namespace unetsr::data
