#include "pipeline/train/training_area.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "data/correction/footprint_conservation.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/scales.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

using data::missing;

constexpr double tolerance = 1e-2;  // of the errors by which training corrects maps

// Features that differ between the halves of the days.
std::vector<std::string> sif_features(const HonestOptions& o) {
  std::vector<std::string> features = {o.first_guess, data::coarse_layer};
  std::copy_if(o.features.begin(), o.features.end(), std::back_inserter(features), data::holds_coarse_sif);
  return features;
}

// The kept windows of values (windows x cells).
template <class T>
std::vector<T> cut(const std::vector<T>& values, size_t windows, const std::vector<int>& kept) {
  const size_t cells = values.size() / windows;
  std::vector<T> result;
  result.reserve(cells * kept.size());
  for (const int w : kept)
    result.insert(result.end(), values.begin() + std::ptrdiff_t(size_t(w) * cells),
                  values.begin() + std::ptrdiff_t(size_t(w + 1) * cells));
  return result;
}

data::Dataset cut(const data::Dataset& dataset, const std::vector<int>& kept) {
  data::Dataset result;
  result.grid = dataset.grid;
  result.coarse_factor = dataset.coarse_factor;
  for (const int w : kept) result.windows.push_back(dataset.windows.at(size_t(w)));
  for (data::Layer layer : dataset.coarse_layers) {
    layer.values = cut(layer.values, dataset.windows.size(), kept);
    result.coarse_layers.push_back(std::move(layer));
  }
  result.soundings = dataset.soundings;
  return result;
}

data::Split cut(const data::Split& split, const std::vector<int>& kept) {
  return {split.description, int(kept.size()), split.rows, split.columns,
          cut(split.roles, size_t(split.windows), kept)};
}

// The layers that a comparison makes maps of: but for the coarse SIF none where all halves have the same inputs.
std::vector<std::string> kept_features(const HonestOptions& o) {
  if (!uses_coarse_sif(o)) return {data::coarse_layer};
  return needed_features(o.features, o.first_guess);
}

SoundingComparison comparison_of(const data::Dataset& dataset, const data::Split& split, const HonestOptions& o,
                                 const std::vector<int>& kept) {
  if (kept.empty()) return {dataset, split, kept_features(o)};
  return {cut(dataset, kept), cut(split, kept), kept_features(o)};
}

}  // namespace

bool uses_coarse_sif(const HonestOptions& o) {
  return data::holds_coarse_sif(o.first_guess) ||
         std::any_of(o.features.begin(), o.features.end(), data::holds_coarse_sif);
}

TrainingArea::TrainingArea(const data::Dataset& dataset, const data::Split& split, const HonestOptions& options,
                           const std::vector<int>& kept)
    : options_(options),
      coarse_sif_(uses_coarse_sif(options)),
      comparison_(comparison_of(dataset, split, options, kept)),
      training_cells_(fine_mask(comparison_.dataset(), comparison_.split().mask(data::Role::train))) {
  if (coarse_sif_) sif_dataset_ = with_layers_for(comparison_.dataset(), sif_features(options_));
  const data::Dataset fine =
      data::fine_scale(with_layers_for(dataset, needed_features(options_.features, options_.first_guess)));
  inputs_.channels = data::make_features(fine, input_channels(options_.features), options_.device);
  inputs_.first_guess = first_guess_of(fine, options_.first_guess);
  if (kept.empty()) return;
  inputs_.channels.values = cut(inputs_.channels.values, dataset.windows.size(), kept);
  inputs_.channels.windows = int(kept.size());
  inputs_.first_guess = cut(inputs_.first_guess, dataset.windows.size(), kept);
}

void TrainingArea::set_first_guess_unit(double unit) {
  first_guess_unit_ = unit;
  for (float& v : inputs_.first_guess) v *= float(unit);
}

void TrainingArea::order_soundings() {
  const data::SoundingCells& soundings = comparison_.soundings();
  order_.assign(size_t(windows()), {});
  for (size_t i = 0; i < soundings.size(); ++i)
    if (comparison_.roles()[i] == data::Role::train) order_[size_t(soundings[i].window)].push_back(i);
  for (auto& window : order_)
    std::stable_sort(window.begin(), window.end(),
                     [&](size_t a, size_t b) { return soundings[a].row < soundings[b].row; });
}

std::vector<float> TrainingArea::map(const Mapper& mapper, const data::Part& cells,
                                     const std::vector<uint8_t>& chosen) const {
  if (!coarse_sif_) return mapper.map(inputs_, cells);
  return mapper.map(data::fine_scale(comparison_.with_coarse_sif(comparison_.dataset(), chosen)), cells);
}

std::vector<float> TrainingArea::first_guess(const std::vector<uint8_t>& chosen) const {
  if (!coarse_sif_) return inputs_.first_guess;
  return first_guess_of(data::fine_scale(comparison_.with_coarse_sif(comparison_.dataset(), chosen)),
                        options_.first_guess, first_guess_unit_);
}

// All channels of one half of the days: those of the bands do not depend on it.
data::FeatureStack TrainingArea::inputs_of(const data::Dataset& fine) const {
  const std::vector<std::string>& channels = inputs_.channels.names;
  std::vector<std::string> names;
  std::copy_if(channels.begin(), channels.end(), std::back_inserter(names), data::holds_coarse_sif);
  data::FeatureStack stack = inputs_.channels;
  const size_t width = channels.size();
  const auto column = [&](const std::string& name) {
    return size_t(std::find(channels.begin(), channels.end(), name) - channels.begin());
  };
  const size_t valid = column("valid");
  for (size_t i = valid; i < stack.values.size(); i += width) stack.values[i] = 1;
  if (!names.empty()) {
    const size_t of_sif = names.size();
    for (const std::string& name : data::validity_channels(names))
      if (name != "valid") names.push_back(name);
    const data::FeatureStack changed = data::make_features(fine, names, options_.device);
    for (size_t c = 0; c < names.size(); ++c)
      for (size_t i = 0, to = column(names[c]); to < stack.values.size(); ++i, to += width) {
        const float value = changed.values[i * names.size() + c];
        stack.values[to] = c < of_sif ? value : std::min(stack.values[to], value);
      }
  }
  const data::Mask present = stack.present();
  for (size_t i = 0; i < present.size(); ++i) stack.values[i * width + valid] = present[i];
  return stack;
}

void TrainingArea::set_half(int half, std::vector<float> guess, const data::Mask& present) {
  for (size_t i = 0; i < present.size(); ++i)
    if (!present[i]) guess[i] = missing;
  likely_share_[half].assign(guess.size(), 1.0f);
  expected_[half] = std::move(guess);
}

void TrainingArea::write_images(std::span<const float> inputs, std::span<float> images) const {
  if (images.empty()) return;
  std::copy(inputs.begin(), inputs.end(), images.begin());
  const size_t width = inputs_.channels.names.size();
  for (size_t i = 0; i < training_cells_.size(); ++i)
    if (!training_cells_[i]) std::fill_n(images.begin() + std::ptrdiff_t(i * width), width, missing);
}

void TrainingArea::draw_halves(uint64_t seed, std::span<float> images) {
  halves_ = data::split_days(comparison_.soundings(), 0.5, seed);
  if (!coarse_sif_) {
    const data::Mask present = inputs_.channels.present();
    for (int half = 0; half < 2; ++half) set_half(half, inputs_.first_guess, present);
    write_images(inputs_.channels.values, images);
    return;
  }
  const size_t size = inputs_.channels.values.size();
  parallel_for(2, [&](int64_t half) {
    const data::Dataset fine =
        data::fine_scale(comparison_.with_coarse_sif(sif_dataset_, soundings_of_half(halves_, uint8_t(half))));
    const data::FeatureStack stack = inputs_of(fine);
    set_half(int(half), first_guess_of(fine, options_.first_guess, first_guess_unit_), stack.present());
    write_images(stack.values, images.empty() ? images : images.subspan(size_t(half) * size, size));
  });
}

std::vector<uint8_t> TrainingArea::training_half(uint8_t half) const {
  std::vector<uint8_t> chosen = comparison_.chosen(data::Role::train);
  for (size_t i = 0; i < chosen.size(); ++i) chosen[i] = chosen[i] && halves_[i] == half;
  return chosen;
}

TrainingArea::LikelyError TrainingArea::likely_error(uint8_t half, std::span<const float> maps,
                                                     const data::MapError& error) const {
  const data::Grid& grid = comparison_.dataset().grid;
  LikelyError likely{
      data::posterior_error(maps, grid, comparison_.clear(), training_half(half), error, tolerance), {}, {}};
  const size_t cells = size_t(grid.cells());
  for (size_t first = 0; first < likely.relative.size(); first += cells) {
    double sum = 0, corrected = 0;
    for (size_t i = first; i < first + cells; ++i)
      if (training_cells_[i] && maps[i] > 0)
        sum += double(maps[i]), corrected += double(maps[i]) * (1 + double(likely.relative[i]));
    likely.map.push_back(sum), likely.corrected.push_back(corrected);
  }
  return likely;
}

void TrainingArea::set_likely_error(uint8_t half, const LikelyError& likely, std::span<const double> levels) {
  const size_t cells = likely.relative.size() / levels.size();
  for (size_t i = 0; i < likely.relative.size(); ++i) {
    likely_share_[half][i] = float((1 + double(likely.relative[i])) / levels[i / cells]);
    expected_[half][i] *= likely_share_[half][i];
  }
}

}  // namespace unetsr::pipeline
