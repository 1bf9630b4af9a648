#include "pipeline/prepare/scratch_layers.hpp"

#include <algorithm>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"

namespace unetsr::pipeline {

using data::missing;

size_t ScratchLayers::layer(const std::string& name, const std::string& units, const std::string& long_name) {
  for (size_t i = 0; i < layers_.size(); ++i)
    if (layers_[i].name == name) return i;
  layers_.push_back({name, units, long_name, {}});
  places_.resize(layers_.size() * windows_ * size_t(blocks_.count()), nowhere);
  return layers_.size() - 1;
}

bool ScratchLayers::has(const std::string& name) const {
  return std::any_of(layers_.begin(), layers_.end(), [&](const data::Layer& layer) { return layer.name == name; });
}

size_t ScratchLayers::index_of(const std::string& name) const {
  for (size_t i = 0; i < layers_.size(); ++i)
    if (layers_[i].name == name) return i;
  throw Error("no layer '" + name + "' was laid on the grid");
}

bool ScratchLayers::empty(const std::string& name) const {
  if (!has(name)) return true;
  const auto first = places_.begin() + std::ptrdiff_t(slot(index_of(name), 0, 0));
  const auto last = first + std::ptrdiff_t(windows_ * size_t(blocks_.count()));
  return std::all_of(first, last, [](int64_t place) { return place == nowhere; });
}

std::vector<float> ScratchLayers::read(size_t layer, int window, int64_t block) const {
  const data::Part part = blocks_.part(block);
  std::vector<float> values(size_t(part.rows) * size_t(part.columns), missing);
  if (const int64_t place = places_[slot(layer, window, block)]; place != nowhere)
    scratch_.read(place, values.data(), values.size() * sizeof(float));
  return values;
}

void ScratchLayers::write(size_t layer, int window, int64_t block, const std::vector<float>& values) {
  int64_t& place = places_[slot(layer, window, block)];
  if (place == nowhere)
    place = scratch_.append(values.data(), values.size() * sizeof(float));
  else
    scratch_.write(place, values.data(), values.size() * sizeof(float));
}

void ScratchLayers::write(size_t layer, int window, const data::Grid& grid, std::span<const float> values) {
  for (int64_t block = 0; block < blocks_.count(); ++block) {
    const data::Part part = blocks_.part(block);
    std::vector<float> own;
    for (int row = part.row; row < part.row + part.rows; ++row) {
      const auto first = values.begin() + std::ptrdiff_t(row) * grid.columns + part.column;
      own.insert(own.end(), first, first + part.columns);
    }
    write(layer, window, block, own);
  }
}

void ScratchLayers::read(size_t layer, int window, const data::Part& part, float* values) const {
  const int side = blocks_.side(), last_row = part.row + part.rows - 1, last_column = part.column + part.columns - 1;
  for (int i = part.row / side; i <= last_row / side; ++i)
    for (int j = part.column / side; j <= last_column / side; ++j) {
      const int64_t block = int64_t(i) * blocks_.across() + j, place = places_[slot(layer, window, block)];
      const data::Part own = blocks_.part(block);
      const int top = std::max(own.row, part.row), bottom = std::min(own.row + own.rows - 1, last_row),
                left = std::max(own.column, part.column), right = std::min(own.column + own.columns - 1, last_column);
      for (int row = top; row <= bottom; ++row) {
        float* to = values + int64_t(row - part.row) * part.columns + (left - part.column);
        const size_t count = size_t(right - left + 1);
        if (place == nowhere)
          std::fill_n(to, count, missing);
        else
          scratch_.read(place + int64_t(sizeof(float)) * (int64_t(row - own.row) * own.columns + left - own.column), to,
                        count * sizeof(float));
      }
    }
}

}  // namespace unetsr::pipeline
