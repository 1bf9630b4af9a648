#include <algorithm>
#include <cmath>
#include <utility>

#include "data/dataset/missing.hpp"
#include "data/dataset/resample.hpp"
#include "pipeline/train/footprint_protocol.hpp"

namespace unetsr::pipeline {
namespace {

using data::FeatureStack;

constexpr int gap = 2;  // cells between areas, so that none has the neighbours of another

// Stacks of as many windows and rows side by side, with missing cells between them.
FeatureStack side_by_side(const std::vector<FeatureStack>& stacks) {
  const FeatureStack& first = stacks.front();
  if (stacks.size() == 1) return first;
  const size_t width = first.names.size();
  FeatureStack all{first.names, first.windows, first.rows, int(stacks.size()) * (first.columns + gap), {}};
  for (int row = 0; row < first.windows * first.rows; ++row)
    for (const FeatureStack& stack : stacks) {
      const auto begin = stack.values.begin() + std::ptrdiff_t(row) * first.columns * std::ptrdiff_t(width);
      all.values.insert(all.values.end(), begin, begin + first.columns * std::ptrdiff_t(width));
      all.values.insert(all.values.end(), size_t(gap) * width, data::missing);
    }
  return all;
}

// The means of the inputs over coarse cells. What is made of the coarse SIF by name is of other days.
FeatureStack coarse_means(const TrainingArea& area) {
  const FeatureStack& inputs = area.inputs().channels;
  const data::Dataset& dataset = area.comparison().dataset();
  const Shape shape = dataset.coarse_shape();
  FeatureStack means{{}, shape.n, shape.h, shape.w, {}};
  std::vector<std::vector<float>> channels;
  for (size_t c = 0; c < inputs.names.size(); ++c) {
    if (data::holds_coarse_sif(inputs.names[c])) continue;
    means.names.push_back(inputs.names[c]);
    std::vector<float> channel;
    for (size_t i = c; i < inputs.values.size(); i += inputs.names.size()) channel.push_back(inputs.values[i]);
    channels.push_back(data::block_mean(channel, dataset.shape(), dataset.coarse_factor));
  }
  for (size_t i = 0; i < size_t(shape.size()); ++i)
    for (const std::vector<float>& channel : channels) means.values.push_back(channel[i]);
  return means;
}

FeatureStack one_channel(Shape shape, std::span<const float> values) {
  return {{"target"}, shape.n, shape.h, shape.w, {values.begin(), values.end()}};
}

}  // namespace

data::UsedCells FootprintProtocol::used_cells(int epoch, int radius, int sif_behind) {
  const bool other_windows = data::hold_sif_of_other_windows(channels_);
  // Of samples all that any of them may use.
  if (samples())
    return {split_.mask(data::Role::train), split_.mask(data::Role::train), radius, sif_behind, other_windows};
  const nn::Images images = draw_halves(epoch);
  const TrainingArea& area = *training_.front();
  const int factor = area.comparison().dataset().coarse_factor, rows = area.rows(), columns = area.columns();
  const auto coarse = [&](int window, int row, int column) {
    return (size_t(window) * size_t(split().rows) + size_t(row / factor)) * size_t(split().columns) +
           size_t(column / factor);
  };
  data::UsedCells used{data::Mask(split().roles.size(), 0), data::Mask(split().roles.size(), 0), radius, sif_behind,
                       other_windows};
  const data::SoundingCells& soundings = area.comparison().soundings();
  for (int window = 0; window < area.windows(); ++window)
    for (const size_t i : area.training_soundings(window))
      for (const int32_t cell : soundings.cells(i)) used.targets[coarse(window, cell / columns, cell % columns)] = 1;
  const View<const float> halves(images.inputs.data(), images.shape);
  for (int image = 0; image < halves.n; ++image)
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j) {
        const float* pixel = halves.pixel(image, i, j);
        if (std::none_of(pixel, pixel + halves.c, [](float v) { return std::isnan(v); }))
          used.inputs[coarse(image % split().windows, i, j)] = 1;
      }
  return used;
}

int64_t FootprintProtocol::shared_soundings(const data::UsedCells& used) const {
  const data::Mask sif = sif_used(used, {split().windows, split().rows, split().columns, 1});
  int64_t shared = 0;
  // A sounding that tests lies in test cells alone: where those share nothing, it does not either.
  for (const auto& area : samples() ? std::vector<std::shared_ptr<TrainingArea>>() : scored_) {
    const data::SoundingCells& soundings = area->comparison().soundings();
    std::vector<uint8_t> trained =
        data::touching(soundings, sif, area->comparison().dataset().coarse_factor, split().rows);
    data::add_copies(soundings, trained);
    shared += data::common(trained, area->comparison().chosen(data::Role::test));
  }
  return shared;
}

std::vector<data::LinearFit> FootprintProtocol::fits_of_soundings() const {
  const size_t width = channels_.size();
  std::vector<float> means, sif, image;
  for (const auto& area : fitted_) {
    const data::SoundingCells& soundings = area->comparison().soundings();
    const size_t cells = size_t(area->rows()) * size_t(area->columns()), first = sif.size();
    means.resize((first + soundings.size()) * width), image.resize(cells);
    for (size_t c = 0; c < width; ++c)
      for (int window = 0; window < area->windows(); ++window) {
        for (size_t i = 0; i < cells; ++i)
          image[i] = area->inputs().channels.values[(size_t(window) * cells + i) * width + c];
        for (size_t i = 0; i < soundings.size(); ++i)
          if (soundings[i].window == window) means[(first + i) * width + c] = float(soundings.mean(i, image));
      }
    for (size_t i = 0; i < soundings.size(); ++i) sif.push_back(soundings[i].sif);
  }
  constexpr bool neighbourhoods = false;
  return data::linear_fits({means.data(), 1, 1, int(sif.size()), int(width)}, channels_, sif, {}, neighbourhoods);
}

// Soundings are noisy: only features made of them can reproduce their means on the fine cells.
std::vector<data::LinearFit> FootprintProtocol::fits_of_target(const data::Dataset& dataset) const {
  if (!dataset.has(data::target_layer)) return {};
  if (!samples())
    return data::linear_fits(fitted_.front()->inputs().channels.view(), channels_, dataset.values(data::target_layer),
                             {});
  constexpr size_t most_areas = 6;  // hold more cells of a window than a fit uses
  std::vector<FeatureStack> inputs, targets;
  for (size_t a = 0; a < fitted_.size() && inputs.size() < most_areas; ++a) {
    const TrainingArea& area = *fitted_[a];
    inputs.push_back(area.inputs().channels);
    targets.push_back(
        one_channel(area.comparison().dataset().shape(), sample_->layer(fitted_places_[a], data::target_layer)));
  }
  const FeatureStack all = side_by_side(inputs), target = side_by_side(targets);
  return data::linear_fits(all.view(), channels_, target.values, {});
}

// Soundings of all days, those that test too, whatever a layer that holds them is called.
std::vector<data::LinearFit> FootprintProtocol::fits_of_coarse_sif() const {
  std::vector<FeatureStack> inputs, targets;
  for (const auto& area : fitted_) {
    const data::Dataset& dataset = area->comparison().dataset();
    inputs.push_back(coarse_means(*area));
    targets.push_back(one_channel(dataset.coarse_shape(), dataset.coarse().values(data::coarse_layer)));
  }
  const FeatureStack all = side_by_side(inputs), target = side_by_side(targets);
  return data::linear_fits(all.view(), all.names, target.values, {});
}

std::vector<data::LinearFit> FootprintProtocol::linear_fits(const data::Dataset& dataset) const {
  std::vector<data::LinearFit> fits;
  for (const auto& some : {fits_of_soundings(), fits_of_target(dataset), fits_of_coarse_sif()})
    fits.insert(fits.end(), some.begin(), some.end());
  return fits;
}

}  // namespace unetsr::pipeline
