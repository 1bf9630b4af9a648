#include "pipeline/explain/integrated_gradients.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "kernels/crop.hpp"
#include "kernels/scale.hpp"
#include "pipeline/console/interrupt.hpp"

namespace unetsr::pipeline {
namespace {

// The cell of the image that patches of orientation 0 to 3 show at (i, j).
struct Place {
  int row, column;
};
Place place_of(const kernels::Crop& crop, int rows, int columns, int i, int j) {
  return {crop.row + (crop.orientation & 2 ? rows - 1 - i : i),
          crop.column + (crop.orientation & 1 ? columns - 1 - j : j)};
}

// A part of a window as the network reads it, and the weights of its outputs.
class Explained {
 public:
  // `weights`: of the cells of the part in the sum to explain.
  Explained(nn::Ensemble& network, const Mapper& mapper, const data::FeatureStack& part, const ShownPatches& shown,
            const std::vector<double>& weights)
      : network_(network), shown_(shown), width_(size_t(mapper.scaling.names.size())) {
    nn::Images images = with_border(part.view(), shown.image_rows, shown.image_columns, mapper.scaling);
    image_shape_ = images.shape;
    x_ = std::move(images.inputs);
    const View<float> x(x_.data(), image_shape_);
    Queue host(Device::cpu);
    kernels::scale(host, x, images.scales, x);
    baseline_.assign(x_.size(), 0.0f);
    // A cell that is missing is so in the baseline too.
    for (size_t i = width_ - 1; i < x_.size(); i += width_) baseline_[i] = x_[i];
    weights_.assign(size_t(image_shape_.pixels()), 0.0f);
    std::vector<double> times(weights_.size(), 0.0);
    for (const kernels::Crop& crop : shown.crops)
      for (int i = 0; i < shown.rows; ++i)
        for (int j = 0; j < shown.columns; ++j) times[cell_at(crop, i, j)] += 1;
    for (int i = 0; i < part.rows; ++i)
      for (int j = 0; j < part.columns; ++j) {
        const size_t cell = size_t(i) * size_t(image_shape_.w) + size_t(j);
        if (const double weight = weights[size_t(i) * size_t(part.columns) + size_t(j)]; weight != 0)
          weights_[cell] = float(weight / times[cell]);
      }
    for (const kernels::Crop& crop : shown.crops)
      if (is_weighted(crop)) crops_.push_back(crop);
  }

  // The attributions of the image's cells and channels.
  std::vector<double> attributions(int steps) {
    std::vector<double> sum(x_.size(), 0.0);
    std::vector<float> between(x_.size());
    for (int step = 0; step < steps; ++step) {
      stop_if_interrupted();
      const float share = float((step + 0.5) / steps);
      for (size_t i = 0; i < x_.size(); ++i) between[i] = baseline_[i] + share * (x_[i] - baseline_[i]);
      add_gradient(between, 1.0 / steps, sum);
    }
    for (size_t i = 0; i < sum.size(); ++i) sum[i] *= double(x_[i]) - double(baseline_[i]);
    return sum;
  }

  // Of the outputs, from the baseline: the sum over the cells, and that of the sizes.
  struct Change {
    double sum = 0, absolute = 0;
  };
  Change change() {
    const std::vector<double> at = outputs(x_), from = outputs(baseline_);
    Change change;
    for (size_t i = 0; i < at.size(); ++i) change.sum += at[i] - from[i], change.absolute += std::abs(at[i] - from[i]);
    return change;
  }

  int columns() const { return image_shape_.w; }

 private:
  size_t cell_at(const kernels::Crop& crop, int i, int j) const {
    const Place place = place_of(crop, shown_.rows, shown_.columns, i, j);
    return size_t(place.row) * size_t(image_shape_.w) + size_t(place.column);
  }

  bool is_weighted(const kernels::Crop& crop) const {
    for (int i = 0; i < shown_.rows; ++i)
      for (int j = 0; j < shown_.columns; ++j)
        if (weights_[cell_at(crop, i, j)] != 0) return true;
    return false;
  }

  // Calls with some of the patches, their inputs and the weights of their outputs.
  template <class Visit>
  void for_patches(const std::vector<float>& image, const Visit& visit) {
    Queue host(Device::cpu);
    for (size_t first = 0; first < crops_.size(); first += size_t(shown_.at_once)) {
      const auto some = std::span<const kernels::Crop>(crops_).subspan(
          first, std::min(size_t(shown_.at_once), crops_.size() - first));
      const Shape shape{int(some.size()), shown_.rows, shown_.columns, image_shape_.c};
      patches_.resize(size_t(shape.size()));
      patch_weights_.resize(size_t(shape.pixels()));
      const View<float> inputs(patches_.data(), shape), weights(patch_weights_.data(), shape.n, shape.h, shape.w, 1);
      kernels::crop(host, View<const float>(image.data(), image_shape_), some, inputs);
      kernels::crop(host, View<const float>(weights_.data(), 1, image_shape_.h, image_shape_.w, 1), some, weights);
      visit(some, inputs, weights);
    }
  }

  void add_gradient(const std::vector<float>& image, double times, std::vector<double>& sum) {
    for_patches(image, [&](std::span<const kernels::Crop> crops, View<float> inputs, View<float> weights) {
      gradient_.resize(size_t(inputs.size()));
      network_.input_gradient(inputs, weights, View<float>(gradient_.data(), inputs.shape()));
      const float* value = gradient_.data();
      for (const kernels::Crop& crop : crops)
        for (int i = 0; i < shown_.rows; ++i)
          for (int j = 0; j < shown_.columns; ++j, value += width_) {
            double* const cell = &sum[cell_at(crop, i, j) * width_];
            for (size_t c = 0; c < width_; ++c) cell[c] += times * double(value[c]);
          }
    });
  }

  // The weighted outputs of the image's cells.
  std::vector<double> outputs(const std::vector<float>& image) {
    std::vector<double> sums(weights_.size(), 0.0);
    for_patches(image, [&](std::span<const kernels::Crop> crops, View<float> inputs, View<float> weights) {
      outputs_.resize(size_t(inputs.pixels()));
      network_.predict(inputs, View<float>(outputs_.data(), inputs.n, inputs.h, inputs.w, 1));
      size_t k = 0;
      for (const kernels::Crop& crop : crops)
        for (int i = 0; i < shown_.rows; ++i)
          for (int j = 0; j < shown_.columns; ++j, ++k)
            sums[cell_at(crop, i, j)] += double(weights.data[k]) * double(outputs_[k]);
    });
    return sums;
  }

  nn::Ensemble& network_;
  const ShownPatches& shown_;
  size_t width_;
  Shape image_shape_;
  std::vector<float> x_, baseline_, weights_;
  std::vector<kernels::Crop> crops_;  // those with a cell to explain
  std::vector<float> patches_, patch_weights_, gradient_, outputs_;
};

// The attributions of one window, added block by block.
class WindowAttributions {
 public:
  // `cells`: held out, of the window.
  WindowAttributions(nn::Ensemble& network, const Mapper& mapper, const data::FeatureStack& stack, int window,
                     std::span<const uint8_t> cells)
      : network_(network),
        mapper_(mapper),
        stack_(stack),
        window_(window),
        cells_(cells),
        sums_(cells.size() * (stack.names.size() - 1), 0.0),
        seen_(cells.size(), 0) {}

  struct Added {
    Explained::Change change;
    double attributed = 0;
  };
  Added add(const data::Part& block, int steps) {
    const int rows = stack_.rows, columns = stack_.columns;
    const data::Part core = part_with(cells_, block, rows, columns);
    if (core.rows == 0) return {};
    const data::Part seen = part_to_see(core, rows, columns, mapper_.sizes, mapper_.radius);
    std::vector<double> weights(size_t(seen.rows) * size_t(seen.columns), 0.0);
    for (int i = core.row; i < core.row + core.rows; ++i)
      for (int j = core.column; j < core.column + core.columns; ++j)
        if (cells_[size_t(i) * size_t(columns) + size_t(j)])
          weights[size_t(i - seen.row) * size_t(seen.columns) + size_t(j - seen.column)] = mapper_.target_spread;
    const ShownPatches shown = shown_patches(mapper_.sizes, seen, rows, columns);
    Explained explained(network_, mapper_, part_of(stack_, window_, seen), shown, weights);
    return {explained.change(), add(explained.attributions(steps), seen, explained.columns())};
  }

  // Of a channel at a cell, by its number in the window.
  double value(size_t channel, size_t cell) const { return sums_[channel * cells_.size() + cell]; }
  bool seen(size_t cell) const { return seen_[cell]; }

 private:
  // Returns their sum.
  double add(const std::vector<double>& attributions, const data::Part& seen, int image_columns) {
    const size_t width = stack_.names.size();
    double sum = 0;
    for (int i = 0; i < seen.rows; ++i)
      for (int j = 0; j < seen.columns; ++j) {
        const size_t cell = size_t(seen.row + i) * size_t(stack_.columns) + size_t(seen.column + j);
        const double* const values = &attributions[(size_t(i) * size_t(image_columns) + size_t(j)) * width];
        seen_[cell] = 1;
        for (size_t c = 0; c + 1 < width; ++c) sums_[c * cells_.size() + cell] += values[c], sum += values[c];
      }
    return sum;
  }

  nn::Ensemble& network_;
  const Mapper& mapper_;
  const data::FeatureStack& stack_;
  int window_;
  std::span<const uint8_t> cells_;
  std::vector<double> sums_;  // (channels, rows, columns)
  data::Mask seen_;
};

}  // namespace

Attributions integrated_gradients(nn::Ensemble& network, const HeldOutMaps& h, int steps, int block,
                                  const Output& output) {
  const bool halves = h.scored_against == report::ScoredAgainst::soundings;
  const MapInputs of_all_days = halves ? h.mapper.inputs_of(h.scored_grid) : MapInputs();
  const data::FeatureStack& stack = halves ? of_all_days.channels : h.inputs.front().channels;
  const size_t image = size_t(stack.rows) * size_t(stack.columns), channels = stack.names.size() - 1;
  const data::Mask present = stack.present();
  data::Mask cells = h.cells;
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && present[i];

  Attributions result;
  result.channels.assign(stack.names.begin(), stack.names.end() - 1);
  result.values.assign(size_t(stack.windows) * channels * image, std::numeric_limits<float>::quiet_NaN());
  result.mean_absolute.assign(channels, 0.0);
  result.cells = std::count(cells.begin(), cells.end(), 1);
  const std::vector<data::Part> blocks = blocks_of(stack.rows, stack.columns, block);
  Progress progress(output, "integrate gradients", long(h.windows.size() * blocks.size()));
  progress.update(0);
  double gaps = 0, changes = 0;
  long done = 0;
  for (const int window : h.windows) {
    const size_t first = size_t(window) * image;
    WindowAttributions attributions(network, h.mapper, stack, window, std::span(cells).subspan(first, image));
    for (const data::Part& part : blocks) {
      const auto added = attributions.add(part, steps);
      result.change += added.change.sum, result.attributed += added.attributed;
      gaps += std::abs(added.attributed - added.change.sum), changes += added.change.absolute;
      progress.update(++done);
    }
    for (size_t c = 0; c < channels; ++c)
      for (size_t i = 0; i < image; ++i) {
        if (!attributions.seen(i) || !present[first + i]) continue;
        const double value = attributions.value(c, i);
        result.values[(size_t(window) * channels + c) * image + i] = float(value);
        result.mean_absolute[c] += std::abs(value) / double(result.cells);
      }
  }
  result.gap = gaps == 0 ? 0 : gaps / changes;
  return result;
}

}  // namespace unetsr::pipeline
