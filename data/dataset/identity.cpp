#include "data/dataset/identity.hpp"

#include <type_traits>

#include "data/dataset/dataset_header.hpp"
#include "data/dataset/sha256.hpp"
#include "data/dataset/sounding_columns.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

// Each part with its length, so that none can pass for the end of another.
class Sum {
 public:
  void add(const std::string& text) { add_array(text.data(), text.size()); }
  template <class T>
  requires std::is_arithmetic_v<T>
  void add(T number) { sum_.add(&number, sizeof number); }
  template <class T>
  void add(const std::vector<T>& values) {
    add_array(values.data(), values.size());
  }
  Sha256& bytes() { return sum_; }

 private:
  template <class T>
  void add_array(const T* values, size_t count) {
    add(uint64_t(count));
    sum_.add(values, count * sizeof(T));
  }

  Sha256 sum_;
};

void add_layers(Sum& sum, const std::vector<Layer>& layers, const std::vector<std::vector<Digest>>& digests) {
  sum.add(uint64_t(layers.size()));
  for (size_t l = 0; l < layers.size(); ++l) {
    sum.add(layers[l].name);
    sum.add(layers[l].units);
    sum.add(digests[l]);
  }
}

// Calls set(layer, window, block, digest) for all blocks of the layers.
template <class Set>
void sum_blocks(const std::vector<Layer>& layers, const Grid& grid, size_t windows, const FileBlocks& blocks,
                const Set& set) {
  const int64_t of_layer = int64_t(windows) * blocks.count(), all = int64_t(layers.size()) * of_layer;
  parallel_for(all, [&](int64_t i) {
    const size_t layer = size_t(i / of_layer);
    const int64_t window = i % of_layer / blocks.count(), block = i % blocks.count();
    const Part part = blocks.part(block);
    const float* first =
        layers[layer].values.data() + window * grid.cells() + int64_t(part.row) * grid.columns + part.column;
    set(layer, int(window), block, digest_of(first, part, grid.columns));
  });
}

std::vector<Layer> without_values(const std::vector<Layer>& layers) {
  std::vector<Layer> result;
  for (const Layer& layer : layers) result.push_back({layer.name, layer.units, layer.long_name, {}});
  return result;
}

Dataset description_of(const Dataset& dataset) {
  Dataset d = header_of(dataset);
  d.region = dataset.region;
  d.layers = without_values(dataset.layers), d.coarse_layers = without_values(dataset.coarse_layers);
  return d;
}

}  // namespace

Digest digest_of(const float* values, const Part& part, int64_t pitch) {
  Sha256 sum;
  for (int row = 0; row < part.rows; ++row) sum.add(values + row * pitch, size_t(part.columns) * sizeof(float));
  return sum.digest();
}

Digest digest_of(const Soundings& batch) {
  Sum sum;
  const auto column = [&](const std::string& name, const auto& values) {
    sum.add(name);
    sum.add(values);
  };
  visit_columns(batch, column);
  visit_optional_columns(batch, [&](const std::string& name, const auto& values) {
    if (values.size() == batch.size()) column(name, values);
  });
  return sum.bytes().digest();
}

IdentitySum::IdentitySum(const Dataset& dataset)
    : description_(description_of(dataset)),
      fine_blocks_(fine_blocks(dataset.grid, dataset.coarse_factor).count()),
      coarse_blocks_(dataset.coarse_factor > 0 ? coarse_blocks(dataset.grid, dataset.coarse_factor).count() : 0) {
  const size_t windows = dataset.windows.size();
  layers_.assign(dataset.layers.size(), std::vector<Digest>(windows * size_t(fine_blocks_)));
  coarse_layers_.assign(dataset.coarse_layers.size(), std::vector<Digest>(windows * size_t(coarse_blocks_)));
}

std::string IdentitySum::hexadecimal() const {
  const Dataset& d = description_;
  Sum sum;
  sum.add(d.grid.crs);
  sum.add(d.grid.rows);
  sum.add(d.grid.columns);
  for (const double number : {d.grid.x_origin, d.grid.x_step, d.grid.y_origin, d.grid.y_step}) sum.add(number);
  for (const std::string& window : d.windows) sum.add(window);
  if (d.window_days != Window::composite_days) sum.add(d.window_days);
  add_layers(sum, d.layers, layers_);
  sum.add(d.coarse_factor);
  if (d.coarse_factor > 0) {
    add_layers(sum, d.coarse_layers, coarse_layers_);
    sum.add(batches_);
  }
  if (!d.region.empty()) sum.add(d.region);
  // Datasets from before there was a choice keep their identity.
  if (d.sif != SifQuantity{})
    sum.add(unetsr::to_string(d.sif.kind)), sum.add(d.sif.wavelength), sum.add(d.sif.fit_window);
  return sum.bytes().hexadecimal();
}

std::string identity_of(const Dataset& d) {
  IdentitySum sum(d);
  const size_t windows = d.windows.size();
  sum_blocks(d.layers, d.grid, windows, fine_blocks(d.grid, d.coarse_factor),
             [&](size_t layer, int window, int64_t block, const Digest& own) { sum.set(layer, window, block, own); });
  if (d.coarse_factor > 0) {
    sum_blocks(
        d.coarse_layers, coarsened(d.grid, d.coarse_factor), windows, coarse_blocks(d.grid, d.coarse_factor),
        [&](size_t layer, int window, int64_t block, const Digest& own) { sum.set_coarse(layer, window, block, own); });
    for (size_t first = 0; first < d.soundings.size(); first += soundings_in_batch)
      sum.add(digest_of(d.soundings.slice(first, std::min(soundings_in_batch, d.soundings.size() - first))));
  }
  return sum.hexadecimal();
}

}  // namespace unetsr::data
