#include "pipeline/maps/mapper.hpp"

#include <algorithm>
#include <utility>

#include "data/dataset/missing.hpp"
#include "data/dataset/scales.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {
namespace {

using data::missing;

constexpr int cells_around = 1;         // that patterns look at
constexpr int coarse_cells_around = 2;  // that interpolation looks at

template <class T>
std::vector<T> cut(std::span<const T> values, const data::Part& from, const data::Part& part, int width = 1) {
  std::vector<T> result;
  for (int i = 0; i < part.rows; ++i) {
    const int64_t first = (int64_t(part.row - from.row + i) * from.columns + part.column - from.column) * width;
    const auto row = values.subspan(size_t(first), size_t(part.columns) * size_t(width));
    result.insert(result.end(), row.begin(), row.end());
  }
  return result;
}

// `part` with what features need around it, in whole coarse cells, as far as the grid goes.
data::Part with_margin(const data::Part& part, const data::Grid& grid, int factor) {
  const int margin = factor > 0 ? cells_around + coarse_cells_around * factor : cells_around,
            unit = std::max(1, factor);
  const auto widen = [&](int& first, int& count, int size) {
    const int end = std::min(size, (first + count + margin + unit - 1) / unit * unit);
    first = std::max(0, first - margin) / unit * unit;
    count = end - first;
  };
  data::Part wide = part;
  widen(wide.row, wide.rows, grid.rows);
  widen(wide.column, wide.columns, grid.columns);
  return wide;
}

data::LayerChoice layers_for(const std::vector<std::string>& features, const data::DatasetFile& file) {
  const std::vector<std::string> names = data::layers_behind(features);
  return file.description().coarse_factor > 0 ? data::granule_layers(names) : data::LayerChoice{names, {}};
}

void set_coarse_sif(const data::CoarseSif& sif, const data::Grid& all, data::WindowRange windows,
                    const data::Part& part, data::Dataset& block) {
  const data::Grid grid = data::coarsened(all, block.coarse_factor), own = block.coarse_grid();
  const data::Part from = whole(grid),
                   to = {part.row / block.coarse_factor, part.column / block.coarse_factor, own.rows, own.columns};
  const auto set = [&](const std::string& name, const std::vector<float>& values) {
    for (data::Layer& layer : block.coarse_layers) {
      if (layer.name != name) continue;
      layer.values.clear();
      for (int w = windows.first; w < windows.first + windows.count; ++w) {
        const auto window = std::span(values).subspan(size_t(w) * size_t(grid.cells()), size_t(grid.cells()));
        const std::vector<float> part_of_it = cut(window, from, to);
        layer.values.insert(layer.values.end(), part_of_it.begin(), part_of_it.end());
      }
    }
  };
  set(data::coarse_layer, sif.sif);
  set(data::coarse_error_layer, sif.error);
}

// The layers that a network is applied to.
data::Dataset applied_layers(const data::DatasetFile& file, data::WindowRange windows, const data::Part& part,
                             const data::LayerChoice& layers, const data::CoarseSif* coarse_sif) {
  data::Dataset block = file.read_block(windows, part, layers);
  if (coarse_sif) set_coarse_sif(*coarse_sif, file.description().grid, windows, part, block);
  return block.coarse_factor > 0 ? data::fine_scale(block) : block;
}

// One window of a stack, cut to a part of it.
data::FeatureStack cut(const data::FeatureStack& stack, int window, const data::Part& from, const data::Part& part) {
  const size_t width = stack.names.size(), size = size_t(stack.rows) * size_t(stack.columns) * width;
  const std::span<const float> values = std::span(stack.values).subspan(size_t(window) * size, size);
  return {stack.names, 1, part.rows, part.columns, cut(values, from, part, int(width))};
}

}  // namespace

std::vector<std::string> input_channels(const std::vector<std::string>& features) {
  std::vector<std::string> channels = features;
  for (const std::string& valid : data::validity_channels(features)) {
    std::erase(channels, valid);
    channels.push_back(valid);
  }
  return channels;
}

data::FeatureStack part_of(const data::FeatureStack& stack, int window, const data::Part& part) {
  return cut(stack, window, {0, 0, stack.rows, stack.columns}, part);
}

std::vector<float> first_guess_of(const data::Dataset& dataset, const std::string& feature, double unit) {
  if (data::leaks_target(feature)) throw UsageError("--first-guess " + excerpt(feature) + " is made from the target");
  const std::vector<std::string> one = {feature};
  std::vector<float> guess = data::make_features(dataset, one).values;
  for (float& v : guess) v *= float(unit);
  return guess;
}

std::vector<float> sif_of(std::span<const float> guess, std::span<const uint8_t> present,
                          std::span<const double> deviation, double spread) {
  std::vector<float> sif(guess.size(), missing);
  for (size_t i = 0; i < sif.size(); ++i)
    if (present[i]) sif[i] = float(double(guess[i]) + spread * deviation[i]);
  return sif;
}

bool Mapper::uses_coarse_sif() const {
  return data::holds_coarse_sif(first_guess) || std::any_of(features.begin(), features.end(), data::holds_coarse_sif);
}

void Mapper::require_features(const data::DatasetFile& file) const {
  for (const std::string& name : features)
    if (data::needs_whole_window(name))
      throw UsageError("feature '" + excerpt(name) +
                       "' is made of a whole window at once, and maps are made block by block; " +
                       "train a network without it");
  const data::Grid& grid = file.description().grid;
  const int side = std::max(1, file.description().coarse_factor);
  const data::Part corner = {0, 0, std::min(side, grid.rows), std::min(side, grid.columns)};
  data::Dataset block = file.read_block({0, 1}, corner);
  if (block.coarse_factor > 0) block = data::fine_scale(block);
  data::make_features(block, features);
  first_guess_of(block, first_guess);
}

std::vector<float> Mapper::map(const data::Dataset& dataset) const {
  return map(dataset, {0, 0, dataset.grid.rows, dataset.grid.columns});
}

std::vector<float> Mapper::map(const data::Dataset& dataset, const data::Part& cells) const {
  return map(inputs_of(dataset), cells);
}

std::vector<float> Mapper::map(const MapInputs& inputs, const data::Part& cells) const {
  const int columns = inputs.channels.columns;
  const size_t image = size_t(inputs.channels.rows) * size_t(columns);
  std::vector<float> sif(inputs.first_guess.size(), missing);
  for (int window = 0; window < inputs.channels.windows; ++window)
    paste(map(inputs, window, cells), cells, columns, std::span(sif).subspan(size_t(window) * image, image));
  return sif;
}

MapInputs Mapper::inputs_of(const data::Dataset& dataset) const {
  return {data::make_features(dataset, input_channels(features), device),
          first_guess_of(dataset, first_guess, first_guess_unit)};
}

std::vector<float> Mapper::map(const MapInputs& inputs, int window, const data::Part& cells) const {
  return map_part(inputs, window, cells, window);
}

std::vector<float> Mapper::map_window(const MapInputs& inputs, int window, const data::Part& cells) const {
  return map_part(inputs, 0, cells, window);
}

// `image`: of the inputs.
std::vector<float> Mapper::map_part(const MapInputs& inputs, int image, const data::Part& cells, int window) const {
  const int rows = inputs.channels.rows, columns = inputs.channels.columns;
  const data::Part whole = {0, 0, rows, columns}, seen = part_to_see(cells, rows, columns, sizes, radius);
  const data::FeatureStack part = part_of(inputs.channels, image, seen);
  const data::Mask present = part.present();
  const std::vector<double> deviation = network_output(predictor, scaling, sizes, part.view(), seen, rows, columns);
  const size_t size = size_t(rows) * size_t(columns);
  const std::span<const float> guess = std::span(inputs.first_guess).subspan(size_t(image) * size, size);
  return at_level(sif_of(cut(guess, whole, cells), cut(std::span<const uint8_t>(present), seen, cells),
                         cut(std::span<const double>(deviation), seen, cells), target_spread),
                  window);
}

std::vector<float> Mapper::map(const data::DatasetFile& file, int window, const data::Part& cells,
                               const data::CoarseSif* coarse_sif) const {
  const data::Grid& grid = file.description().grid;
  const data::Part seen = part_to_see(cells, grid.rows, grid.columns, sizes, radius);
  const MapInputs inputs = inputs_of(file, window, seen, coarse_sif);
  const data::Mask present = inputs.channels.present();
  const std::vector<double> deviation =
      network_output(predictor, scaling, sizes, inputs.channels.view(), seen, grid.rows, grid.columns);
  return at_level(sif_of(cut(std::span<const float>(inputs.first_guess), seen, cells),
                         cut(std::span<const uint8_t>(present), seen, cells),
                         cut(std::span<const double>(deviation), seen, cells), target_spread),
                  window);
}

MapInputs Mapper::inputs_of(const data::DatasetFile& file, int window, const data::Part& cells,
                            const data::CoarseSif* coarse_sif) const {
  const data::Part read = with_margin(cells, file.description().grid, file.description().coarse_factor);
  std::vector<std::string> needed = features;
  needed.push_back(first_guess);
  const bool all = std::any_of(needed.begin(), needed.end(), data::needs_other_windows);
  const data::WindowRange windows =
      all ? data::WindowRange{0, int(file.description().windows.size())} : data::WindowRange{window, 1};
  const int own = window - windows.first;
  const data::Dataset dataset = applied_layers(file, windows, read, layers_for(needed, file), coarse_sif);
  const std::vector<float> guesses = first_guess_of(dataset, first_guess, first_guess_unit);
  const size_t image = size_t(dataset.grid.cells());
  const std::span<const float> guess = std::span(guesses).subspan(size_t(own) * image, image);
  return {cut(data::make_features(dataset, input_channels(features), device), own, read, cells),
          cut(guess, read, cells)};
}

std::vector<float> Mapper::map(const data::DatasetFile& file, const std::function<void(double share)>& reached) const {
  std::vector<float> maps(file.description().windows.size() * size_t(file.description().grid.cells()));
  map_into(maps, file, reached);
  return maps;
}

void Mapper::map_into(data::StoredSpan<float> maps, const data::DatasetFile& file,
                      const std::function<void(double share)>& reached) const {
  const data::Grid& grid = file.description().grid;
  const std::vector<data::Part> blocks = blocks_of(grid.rows, grid.columns, map_block_side);
  const size_t cells = size_t(grid.cells()), windows = file.description().windows.size();
  const Processes& all = processes();
  const size_t turns = windows * blocks.size(), sharing = size_t(all.size());
  const auto window = [&](size_t turn) { return maps.subspan(turn / blocks.size() * cells, cells); };
  const auto block = [&](size_t turn) -> const data::Part& { return blocks[turn % blocks.size()]; };
  const auto release = [&](size_t turn) { maps.release(turn / blocks.size() * cells, cells); };
  for (size_t turn = size_t(all.rank()); turn < turns; turn += sharing) {
    paste(map(file, int(turn / blocks.size()), block(turn)), block(turn), grid.columns, window(turn));
    if (turn % blocks.size() + sharing >= blocks.size()) release(turn);
    reached(double(turn + 1) / double(turns));
  }
  const data::Part whole = {0, 0, grid.rows, grid.columns};
  for (size_t turn = 0; sharing > 1 && turn < turns; ++turn) {
    std::vector<float> made = cut(std::span<const float>(window(turn)), whole, block(turn));
    all.broadcast(made.data(), made.size() * sizeof(float), int(turn % sharing));
    paste(made, block(turn), grid.columns, window(turn));
    if ((turn + 1) % blocks.size() == 0) release(turn);
  }
}

std::vector<float> Mapper::at_level(std::vector<float> sif, int window) const {
  if (!levels.empty())
    for (float& v : sif) v *= float(levels.at(size_t(window)));
  return sif;
}

std::vector<data::Part> blocks_to_map(const Mapper& mapper, const data::Grid& grid) {
  const bool at_once = std::any_of(mapper.features.begin(), mapper.features.end(), data::needs_whole_window);
  return blocks_of(grid.rows, grid.columns, at_once ? std::max(grid.rows, grid.columns) : map_block_side);
}

}  // namespace unetsr::pipeline
