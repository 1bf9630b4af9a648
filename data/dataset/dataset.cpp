#include "data/dataset/dataset.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/sha256.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {

std::string simulated_scene(const std::string& world) {
  return world.empty() ? "a simulated scene" : "a simulated scene of the world " + world;
}

bool Dataset::has(const std::string& name) const {
  return std::any_of(layers.begin(), layers.end(), [&](const Layer& layer) { return layer.name == name; });
}

const Layer& Dataset::layer(const std::string& name) const {
  for (const Layer& layer : layers)
    if (layer.name == name) return layer;
  throw UsageError("the dataset has no layer '" + excerpt(name) + "'; it has " +
                   (layers.empty() ? "none" : list_of_names(layer_names())));
}

void Dataset::add(Layer layer) {
  if (has(layer.name)) throw UsageError("the dataset has a layer '" + excerpt(layer.name) + "' already");
  if (int64_t(layer.values.size()) != shape().size())
    throw ShapeError("layer '" + excerpt(layer.name) + "' has " + std::to_string(layer.values.size()) +
                     " values, but " + std::to_string(windows.size()) + " windows of " + std::to_string(grid.rows) +
                     " x " + std::to_string(grid.columns) + " cells need " + std::to_string(shape().size()));
  layers.push_back(std::move(layer));
}

std::vector<std::string> Dataset::layer_names() const {
  std::vector<std::string> names;
  for (const Layer& layer : layers) names.push_back(layer.name);
  return names;
}

Grid Dataset::coarse_grid() const {
  if (coarse_factor == 0) throw UsageError("the dataset has no coarse grid: it was not prepared from granules");
  return coarsened(grid, coarse_factor);
}

Mask Dataset::coarse_region() const {
  if (region.empty()) return {};
  const Grid coarse = coarse_grid();
  Mask mask(size_t(coarse.cells()), 0);
  for (int i = 0; i < grid.rows; ++i)
    for (int j = 0; j < grid.columns; ++j)
      mask[size_t(i / coarse_factor) * size_t(coarse.columns) + size_t(j / coarse_factor)] |=
          region[size_t(i) * size_t(grid.columns) + size_t(j)];
  return mask;
}

Shape Dataset::coarse_shape() const {
  const Grid coarse = coarse_grid();
  return {int(windows.size()), coarse.rows, coarse.columns, 1};
}

Dataset Dataset::coarse() const {
  Dataset dataset;
  dataset.grid = coarse_grid();
  dataset.windows = windows, dataset.window_days = window_days;
  for (const Layer& layer : coarse_layers) dataset.add(layer);
  dataset.sif = sif;
  dataset.provenance = provenance;
  return dataset;
}

Mask Dataset::present(std::span<const std::string> names) const {
  Mask mask(size_t(shape().size()), 1);
  for (const std::string& name : names) {
    const std::span<const float> data = values(name);
    for (size_t i = 0; i < mask.size(); ++i) mask[i] &= !std::isnan(data[i]);
  }
  return mask;
}

Provenance::InputFile input_file(const std::filesystem::path& path) {
  return {path.string(), sha256(path), std::filesystem::file_size(path)};
}

}  // namespace unetsr::data
