#include "pipeline/explain/integrated_gradients.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "data/dataset/missing.hpp"
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

// The attributions of one window, added block by block; they lie in a store.
class WindowAttributions {
 public:
  // `cells`: held out, of the window, which `stack` holds alone.
  WindowAttributions(nn::Ensemble& network, const Mapper& mapper, const data::FeatureStack& stack,
                     std::span<const uint8_t> cells, const data::ArrayStore& store)
      : network_(network), mapper_(mapper), stack_(stack), cells_(cells), sums_(store), seen_(cells.size(), 0) {
    sums_.assign_zeros(cells.size() * channels());
  }

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
    Explained explained(network_, mapper_, part_of(stack_, 0, seen), shown, weights);
    const Added added = {explained.change(), add(explained.attributions(steps), seen, explained.columns())};
    sums_.release();
    return added;
  }

  size_t channels() const { return stack_.names.size() - 1; }
  // Of a channel at the cells of some rows; NaN where `present` is 0, and away from what was added.
  std::vector<float> values(size_t channel, const data::Part& rows, const data::Mask& present) const {
    const size_t first = size_t(rows.row) * size_t(stack_.columns), count = size_t(rows.rows) * size_t(rows.columns);
    std::vector<float> values(count, data::missing);
    const double* const sums = sums_.data() + channel * cells_.size();
    for (size_t i = 0; i < count; ++i)
      if (seen_[first + i] && present[first + i]) values[i] = float(sums[first + i]);
    sums_.release(channel * cells_.size() + first, count);
    return values;
  }
  // Adds each channel's sum of |attribution| / cells.
  void add_absolute(const data::Mask& present, int64_t cells, std::vector<double>& mean) const {
    for (size_t c = 0; c < channels(); ++c) {
      for (size_t i = 0; i < cells_.size(); ++i)
        if (seen_[i] && present[i]) mean[c] += std::abs(sums_[c * cells_.size() + i]) / double(cells);
      sums_.release(c * cells_.size(), cells_.size());
    }
  }

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
  std::span<const uint8_t> cells_;
  data::StoredArray<double> sums_;  // (channels, rows, columns)
  data::Mask seen_;
};

// Whether the map of all days is made of other inputs than the maps that are scored.
bool has_own_inputs(const HeldOutMaps& h) {
  return h.scored_against == report::ScoredAgainst::soundings && h.mapper.uses_coarse_sif();
}

// The held-out cells that have the inputs of the map of all days.
data::Mask explained_cells(const HeldOutMaps& h, int window, const data::Mask& present) {
  data::Mask cells = h.cells_of(window);
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && present[i];
  return cells;
}

int64_t count_explained(const HeldOutMaps& h) {
  int64_t count = 0;
  for (const int window : h.windows) {
    const data::Mask cells = has_own_inputs(h)
                                 ? explained_cells(h, window, h.inputs_of_all_days(window).channels.present())
                                 : h.cells_of(window);
    count += std::count(cells.begin(), cells.end(), 1);
  }
  return count;
}

// Rows of the grid, as many as a tile of a raster has, from north to south.
std::vector<data::Part> strips_from_north(const data::Grid& grid) {
  constexpr int tile = 512;
  std::vector<data::Part> strips;
  for (int row = 0; row < grid.rows; row += tile)
    strips.push_back({row, 0, std::min(tile, grid.rows - row), grid.columns});
  if (grid.y_step > 0) std::reverse(strips.begin(), strips.end());
  return strips;
}

}  // namespace

std::vector<std::string> attributed_channels(const Mapper& mapper) {
  std::vector<std::string> channels = input_channels(mapper.features);
  channels.pop_back();
  return channels;
}

Attributions integrated_gradients(nn::Ensemble& network, const HeldOutMaps& h, int steps, int block,
                                  const data::ArrayStore& store, const TakeAttributions& take, const Output& output) {
  Attributions result;
  result.channels = attributed_channels(h.mapper);
  result.mean_absolute.assign(result.channels.size(), 0.0);
  result.cells = count_explained(h);
  const std::vector<data::Part> blocks = blocks_of(h.grid.rows, h.grid.columns, block);
  Progress progress(output, "integrate gradients", long(h.windows.size() * blocks.size()));
  progress.update(0);
  double gaps = 0, changes = 0;
  long done = 0;
  for (const int window : h.windows) {
    const MapInputs inputs = h.inputs_of_all_days(window);
    const data::Mask present = inputs.channels.present(), cells = explained_cells(h, window, present);
    WindowAttributions attributions(network, h.mapper, inputs.channels, cells, store);
    for (const data::Part& part : blocks) {
      const auto added = attributions.add(part, steps);
      result.change += added.change.sum, result.attributed += added.attributed;
      gaps += std::abs(added.attributed - added.change.sum), changes += added.change.absolute;
      progress.update(++done);
    }
    attributions.add_absolute(present, result.cells, result.mean_absolute);
    for (size_t c = 0; c < result.channels.size(); ++c)
      for (const data::Part& strip : strips_from_north(h.grid))
        take(window, c, strip, attributions.values(c, strip, present));
  }
  result.gap = gaps == 0 ? 0 : gaps / changes;
  return result;
}

}  // namespace unetsr::pipeline
