#include "pipeline/train/footprint_protocol.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <memory>

#include "data/correction/footprint_conservation.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/scales.hpp"
#include "data/features/denoising.hpp"
#include "data/footprints/cloud_shielding.hpp"
#include "data/footprints/estimate_footprints.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

using data::missing;

constexpr uint64_t patches_stream = uint64_t(1) << 32, halves_stream = uint64_t(1) << 33;
constexpr double tolerance = 1e-2;  // of the errors by which training corrects maps

std::vector<std::string> honest_features(const HonestOptions& o) {
  refuse_leaky_features(o.features, o.test);
  return needed_features(o.features, o.first_guess);
}

// Features that differ between the halves of the days.
std::vector<std::string> sif_features(const HonestOptions& o) {
  std::vector<std::string> features = {o.first_guess, data::coarse_layer};
  std::copy_if(o.features.begin(), o.features.end(), std::back_inserter(features), data::holds_coarse_sif);
  return features;
}

// Where kernels::crop puts the cell (row, column) of a patch.
int32_t place_in_patch(int row, int column, int orientation, int patch) {
  if (orientation & 1) column = patch - 1 - column;
  if (orientation & 2) row = patch - 1 - row;
  return orientation & 4 ? column * patch + row : row * patch + column;
}

}  // namespace

std::vector<std::string> FootprintProtocol::default_features(const data::Dataset& dataset, bool of_all_windows) {
  const std::vector<std::string> known = data::feature_names(dataset);
  std::vector<std::string> features;
  const auto there = [&](const std::string& name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  for (const std::string name : {"ndvi", "evi", "nir", "red", "blue", "mir", "nirv"})
    if (const std::string denoised = name + data::denoised_suffix; of_all_windows && there(denoised))
      features.push_back(denoised);
    else if (there(name))
      features.push_back(name);
  const size_t bands = features.size();
  for (size_t i = 0; of_all_windows && i < bands; ++i) features.push_back(features[i] + "_mean");
  if (of_all_windows && there("day_of_year")) features.push_back("day_of_year");
  if (dataset.has("reliability")) features.push_back("reliability");
  return features;
}

std::string FootprintProtocol::default_first_guess(const std::vector<std::string>& features) {
  const std::string denoised = "nirv" + data::denoised_suffix;
  return std::any_of(features.begin(), features.end(), data::holds_coarse_sif)     ? "sif_nirv"
         : std::find(features.begin(), features.end(), denoised) != features.end() ? denoised
                                                                                   : "nirv";
}

FootprintProtocol::FootprintProtocol(const data::Dataset& dataset, HonestOptions options)
    : options_(std::move(options)),
      comparison_(dataset, make_split(dataset.coarse_shape(), options_), honest_features(options_)),
      sif_dataset_(with_layers_for(comparison_.dataset(), sif_features(options_))),
      channels_(input_channels(options_.features)),
      order_(dataset.windows.size()),
      training_cells_(fine_mask(dataset, split().mask(data::Role::train))),
      sampler_(dataset.shape(), options_.patch, training_cells_, least_training_share) {
  const data::Dataset fine = data::fine_scale(comparison_.dataset());
  all_days_ = data::make_features(fine, channels_, options_.device);
  data::Mask cells = all_days_.present();
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && training_cells_[i];
  scaling_ = data::fit_scaling(data::ScalingKind::z_score, false, std::as_const(all_days_).view(), channels_, cells,
                               data::validity_channels(channels_));
  std::vector<float> sif = first_guess_of(fine, options_.first_guess);
  if (options_.estimate_footprints) {
    footprints_ = footprints_of(dataset, sif);
    comparison_.lay_footprints(dataset, footprints_);
  }
  order_soundings();
  comparison_.set_cloud_shielding(
      data::fit_cloud_shielding(comparison_.soundings(), sif, comparison_.chosen(data::Role::train)));
  if (!data::holds_coarse_sif(options_.first_guess)) {
    first_guess_unit_ = unit_of(sif);
    for (float& v : sif) v *= float(first_guess_unit_);
  }
  // The first guess's own spread: that of the deviations is not known before they are learnt.
  double sum = 0, n = 0, squares = 0;
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i]) sum += double(sif[i]), ++n;
  const double mean = n > 0 ? sum / n : 0;
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i]) squares += std::pow(double(sif[i]) - mean, 2);
  if (squares > 0) target_spread_ = std::sqrt(squares / n);
  if (options_.start) {
    // The network's output keeps its size beside the first guess, whose unit is that of the soundings here.
    scaling_ = options_.start->scaling;
    target_spread_ = options_.start->target_spread * first_guess_unit_ / options_.start->first_guess_unit;
  }
}

void FootprintProtocol::order_soundings() {
  double errors = 0, count = 0;
  for (size_t i = 0; i < comparison_.soundings().size(); ++i) {
    if (comparison_.roles()[i] != data::Role::train) continue;
    const auto& s = comparison_.soundings()[i];
    order_[size_t(s.window)].push_back(i);
    errors += double(s.error), ++count;
    too_wide_ += s.last_row - s.row >= options_.patch || s.last_column - s.column >= options_.patch;
  }
  if (count == 0) throw UsageError("no sounding lies wholly on training cells: hold out less, or take a larger region");
  if (double(too_wide_) == count)
    throw UsageError("no footprint fits into a patch of " + std::to_string(options_.patch) +
                     " cells; choose a larger --patch");
  error_unit_ = errors / count;
  for (auto& window : order_)
    std::stable_sort(window.begin(), window.end(), [&](size_t a, size_t b) {
      return comparison_.soundings()[a].row < comparison_.soundings()[b].row;
    });
}

data::FootprintEstimate FootprintProtocol::footprints_of(const data::Dataset& dataset,
                                                         std::span<const float> guess) const {
  const size_t width = channels_.size();
  std::vector<size_t> bands;
  for (size_t c = 0; c < width; ++c)
    if (!data::holds_coarse_sif(channels_[c])) bands.push_back(c);
  const bool with_guess = !data::holds_coarse_sif(options_.first_guess);
  const size_t count = bands.size() + (with_guess ? 1 : 0);
  if (count < 2) return {};  // a constant has no edges
  std::vector<float> values;
  values.reserve(guess.size() * count);
  for (size_t i = 0; i < guess.size(); ++i) {
    for (const size_t c : bands) values.push_back(all_days_.values[i * width + c]);
    if (with_guess) values.push_back(guess[i]);
  }
  const data::SoundingCells& delivered = comparison_.soundings();
  const std::vector<uint8_t> trains = comparison_.chosen(data::Role::train);
  const double shielding = data::fit_cloud_shielding(delivered, guess, trains);
  return data::estimate_footprints(dataset, delivered, trains, shielding, {values, int(count)});
}

// Least squares of the training soundings, each by its error, on the guess's means over their footprints.
double FootprintProtocol::unit_of(std::span<const float> guess) const {
  const size_t cells = size_t(comparison_.dataset().grid.cells());
  double products = 0, squares = 0;
  for (size_t i = 0; i < comparison_.clear().size(); ++i) {
    const auto& s = comparison_.clear()[i];
    const double mean = comparison_.clear().mean(i, guess.subspan(size_t(s.window) * cells, cells)) / double(s.error);
    if (comparison_.roles()[i] != data::Role::train || std::isnan(mean)) continue;
    products += double(s.sif) / double(s.error) * mean, squares += mean * mean;
  }
  if (!(products > 0))
    throw UsageError("--first-guess " + options_.first_guess +
                     " is not correlated with the soundings' SIF; take another");
  return products / squares;
}

// All channels of one half of the days: those of the bands do not depend on it.
data::FeatureStack FootprintProtocol::inputs_of(const data::Dataset& fine) const {
  std::vector<std::string> names;
  std::copy_if(channels_.begin(), channels_.end(), std::back_inserter(names), data::holds_coarse_sif);
  data::FeatureStack stack = all_days_;
  const size_t width = channels_.size();
  const auto column = [&](const std::string& name) {
    return size_t(std::find(channels_.begin(), channels_.end(), name) - channels_.begin());
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

nn::Images FootprintProtocol::draw_halves(int draw) {
  halves_ =
      data::split_days(comparison_.soundings(), 0.5, Random(options_.seed, halves_stream + uint64_t(draw)).bits());
  Shape both_halves = all_days_.shape();
  both_halves.n *= 2;
  nn::Images images{{}, both_halves, scaling_.blanking(both_halves), {}};
  images.inputs.resize(size_t(both_halves.size()));
  parallel_for(2, [&](int64_t half) {
    const data::Dataset fine =
        data::fine_scale(comparison_.with_coarse_sif(sif_dataset_, soundings_of_half(halves_, uint8_t(half))));
    std::vector<float>& guess = first_guess_[half];
    guess = first_guess_of(fine, options_.first_guess, first_guess_unit_);
    data::FeatureStack stack = inputs_of(fine);
    const data::Mask present = stack.present();
    for (size_t i = 0; i < present.size(); ++i)
      if (!present[i]) guess[i] = missing;
    likely_share_[half].assign(guess.size(), 1.0f);
    const size_t width = channels_.size();
    for (size_t i = 0; i < training_cells_.size(); ++i)
      if (!training_cells_[i]) std::fill_n(stack.values.begin() + std::ptrdiff_t(i * width), width, missing);
    std::copy(stack.values.begin(), stack.values.end(),
              images.inputs.begin() + std::ptrdiff_t(half) * std::ptrdiff_t(stack.values.size()));
  });
  return images;
}

void FootprintProtocol::learn_errors(const SoundingComparison::MapMaker& make_map, bool of_coarse_sif) {
  std::vector<float> maps;
  data::MapError error;  // the same for both halves
  for (uint8_t half = 0; half < 2; ++half) {
    const std::vector<uint8_t> own = soundings_of_half(halves_, half);
    std::vector<uint8_t> trains = comparison_.chosen(data::Role::train);
    for (size_t i = 0; i < trains.size(); ++i) trains[i] = trains[i] && own[i];
    if (half == 0 || of_coarse_sif) maps = make_map(comparison_.with_coarse_sif(comparison_.dataset(), own), own);
    if (half == 0)
      error = data::estimate_map_error(maps, comparison_.dataset().grid, comparison_.clear(), trains,
                                       map_error_model(comparison_.dataset().coarse_factor, of_coarse_sif));
    const std::vector<float> z =
        data::posterior_error(maps, comparison_.dataset().grid, comparison_.clear(), trains, error, tolerance);
    const size_t cells = size_t(comparison_.dataset().grid.cells());
    for (size_t first = 0; first < z.size(); first += cells) {
      // A mean error of the whole map is left to the network.
      double sum = 0, corrected = 0;
      for (size_t i = first; i < first + cells; ++i)
        if (training_cells_[i] && maps[i] > 0)
          sum += double(maps[i]), corrected += double(maps[i]) * (1 + double(z[i]));
      const double level = sum > 0 ? corrected / sum : 1;
      for (size_t i = first; i < first + cells; ++i) {
        likely_share_[half][i] = float((1 + double(z[i])) / level);
        first_guess_[half][i] *= likely_share_[half][i];
      }
    }
  }
}

// Rows and targets are divided by the sounding's error, in units of the mean one, and by the network's own unit.
void FootprintProtocol::add_soundings(const kernels::Crop& crop, int image, int half, Batch& batch) const {
  const int patch = options_.patch, columns = comparison_.dataset().grid.columns;
  const size_t cells = size_t(comparison_.dataset().grid.cells());
  const std::span<const float> guess = std::span(first_guess_[half]).subspan(size_t(crop.image) * cells, cells),
                               share = std::span(likely_share_[half]).subspan(size_t(crop.image) * cells, cells);
  const auto& window = order_[size_t(crop.image)];
  const auto first = std::lower_bound(window.begin(), window.end(), crop.row,
                                      [&](size_t i, int row) { return comparison_.soundings()[i].row < row; });
  for (auto it = first; it != window.end() && comparison_.soundings()[*it].row < crop.row + patch; ++it) {
    const auto& s = comparison_.soundings()[*it];
    if (halves_[*it] == half || s.last_row >= crop.row + patch || s.column < crop.column ||
        s.last_column >= crop.column + patch)
      continue;
    const double expected = comparison_.soundings().mean(*it, guess);  // missing where an input is
    if (std::isnan(expected)) continue;
    double present = 0;
    comparison_.soundings().for_cells(*it, [&](int32_t cell, float weight) {
      if (!std::isnan(guess[size_t(cell)])) present += double(weight);
    });
    const double clear = comparison_.soundings().clear_share(*it, comparison_.cloud_shielding());
    const double unit = error_unit_ * clear / double(s.error), weight = unit / present;
    comparison_.soundings().for_cells(*it, [&](int32_t cell, float own) {
      if (std::isnan(guess[size_t(cell)])) return;
      batch.footprints.add_entry(
          image * patch * patch +
              place_in_patch(cell / columns - crop.row, cell % columns - crop.column, crop.orientation, patch),
          float(weight * double(own) * double(share[size_t(cell)])));
    });
    batch.footprints.end_footprint();
    batch.targets.push_back(float(unit * (double(s.sif) / clear - expected) / target_spread_));
  }
}

void FootprintProtocol::draw_batch(int64_t step, int count, Batch& batch) const {
  Random random(options_.seed, patches_stream + uint64_t(step));
  batch.crops = sampler_.draw(count, random);
  batch.footprints.clear();
  batch.targets.clear();
  for (int k = 0; k < count; ++k) {
    const int half = int(random.below(2));
    add_soundings(batch.crops[size_t(k)], k, half, batch);
    batch.crops[size_t(k)].image += half * all_days_.windows;
  }
  // A batch without soundings: one empty footprint, so that the step changes nothing.
  if (batch.targets.empty()) {
    batch.footprints.end_footprint();
    batch.targets.push_back(std::numeric_limits<float>::quiet_NaN());
  }
}

}  // namespace unetsr::pipeline
