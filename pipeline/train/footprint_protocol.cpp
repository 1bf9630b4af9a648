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
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

using data::missing;

constexpr uint64_t patches_stream = uint64_t(1) << 32, halves_stream = uint64_t(1) << 33;
constexpr double tolerance = 1e-2;      // of errors that training and residuals are freed of
constexpr uint64_t scoring_halves = 0;  // the first parting; the same for all runs, so that their scores compare

std::vector<std::string> needed_features(const HonestOptions& o, std::vector<std::string> features) {
  refuse_leaky_features(o.features, o.test);
  features.insert(features.end(), o.features.begin(), o.features.end());
  for (const std::string& name : {o.first_guess, data::coarse_layer}) features.push_back(name);
  return features;
}

// Those that differ from one part of the days to the other.
std::vector<std::string> sif_features(const HonestOptions& o) {
  std::vector<std::string> features = {o.first_guess, data::coarse_layer};
  std::copy_if(o.features.begin(), o.features.end(), std::back_inserter(features), data::holds_coarse_sif);
  return features;
}

// A dataset with no more than `features` need.
data::Dataset with_layers_for(const data::Dataset& dataset, const std::vector<std::string>& features) {
  const std::vector<std::string> names = data::layers_behind(features);
  const data::LayerChoice choice = data::granule_layers(names);
  const auto take = [](const std::vector<data::Layer>& from, const std::vector<std::string>& wanted) {
    std::vector<data::Layer> layers;
    for (const data::Layer& layer : from)
      if (std::find(wanted.begin(), wanted.end(), layer.name) != wanted.end()) layers.push_back(layer);
    return layers;
  };
  data::Dataset kept;
  kept.grid = dataset.grid;
  kept.windows = dataset.windows;
  kept.coarse_factor = dataset.coarse_factor;
  kept.layers = take(dataset.layers, choice.layers);
  kept.coarse_layers = take(dataset.coarse_layers, choice.coarse_layers);
  return kept;
}

Shape coarse_shape(const data::Dataset& dataset) {
  const data::Grid coarse = data::coarsened(dataset.grid, dataset.coarse_factor);
  return {int(dataset.windows.size()), coarse.rows, coarse.columns, 1};
}

// The role that all of a footprint's cells share; else buffer.
std::vector<data::Role> roles_of(const data::SoundingCells& soundings, const data::Split& split, int factor,
                                 int fine_columns) {
  std::vector<data::Role> roles;
  for (size_t i = 0; i < soundings.size(); ++i) {
    const auto role = [&](int32_t cell) {
      const int row = cell / fine_columns / factor, column = cell % fine_columns / factor;
      return split.roles[(size_t(soundings[i].window) * size_t(split.rows) + size_t(row)) * size_t(split.columns) +
                         size_t(column)];
    };
    const auto cells = soundings.cells(i);
    const data::Role first = role(cells.front());
    const bool same = std::all_of(cells.begin(), cells.end(), [&](int32_t cell) { return role(cell) == first; });
    roles.push_back(same ? first : data::Role::buffer);
  }
  return roles;
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

FootprintProtocol::FootprintProtocol(const data::Dataset& dataset, HonestOptions options,
                                     const std::vector<std::string>& layers)
    : options_(std::move(options)),
      dataset_(with_layers_for(dataset, needed_features(options_, layers))),
      sif_dataset_(with_layers_for(dataset_, sif_features(options_))),
      channels_(input_channels(options_.features)),
      soundings_(dataset),
      clear_(soundings_),
      split_(make_split(coarse_shape(dataset), options_)),
      roles_(roles_of(soundings_, split_, dataset.coarse_factor, dataset.grid.columns)),
      order_(dataset.windows.size()),
      training_cells_(fine_mask(dataset, split_.mask(data::Role::train))),
      sampler_(dataset.shape(), options_.patch, training_cells_, least_training_share) {
  double squares = 0, errors = 0, count = 0;
  for (size_t i = 0; i < soundings_.size(); ++i) {
    if (roles_[i] != data::Role::train) continue;
    const auto& s = soundings_[i];
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
    std::stable_sort(window.begin(), window.end(),
                     [&](size_t a, size_t b) { return soundings_[a].row < soundings_[b].row; });

  const data::Dataset fine = data::fine_scale(dataset_);
  all_days_ = data::make_features(fine, channels_, options_.device);
  data::Mask cells = all_days_.present();
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = cells[i] && training_cells_[i];
  scaling_ = data::fit_scaling(data::ScalingKind::z_score, false, std::as_const(all_days_).view(), channels_, cells,
                               {"valid"});
  std::vector<float> sif = first_guess_of(fine, options_.first_guess);
  cloud_shielding_ = data::fit_cloud_shielding(soundings_, sif, chosen_roles(data::Role::train));
  clear_.clear_clouds(cloud_shielding_);
  if (!data::holds_coarse_sif(options_.first_guess)) {
    first_guess_unit_ = unit_of(sif);
    for (float& v : sif) v *= float(first_guess_unit_);
  }
  // The first guess's own spread: that of the deviations is not known before they are learnt.
  double sum = 0, n = 0;
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i]) sum += double(sif[i]), ++n;
  const double mean = n > 0 ? sum / n : 0;
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i]) squares += std::pow(double(sif[i]) - mean, 2);
  if (squares > 0) target_spread_ = std::sqrt(squares / n);
}

// Least squares of the training soundings, each by its error, on the guess's means over their footprints.
double FootprintProtocol::unit_of(std::span<const float> guess) const {
  const size_t cells = size_t(dataset_.grid.cells());
  double products = 0, squares = 0;
  for (size_t i = 0; i < clear_.size(); ++i) {
    const auto& s = clear_[i];
    const double mean = clear_.mean(i, guess.subspan(size_t(s.window) * cells, cells)) / double(s.error);
    if (roles_[i] != data::Role::train || std::isnan(mean)) continue;
    products += double(s.sif) / double(s.error) * mean, squares += mean * mean;
  }
  if (!(products > 0))
    throw UsageError("--first-guess " + options_.first_guess +
                     " is not correlated with the soundings' SIF; take another");
  return products / squares;
}

int64_t FootprintProtocol::soundings(data::Role role) const {
  return std::count(roles_.begin(), roles_.end(), role);
}

std::vector<uint8_t> FootprintProtocol::chosen_roles(data::Role role) const {
  std::vector<uint8_t> mask(roles_.size());
  for (size_t i = 0; i < mask.size(); ++i) mask[i] = roles_[i] == role;
  return mask;
}

std::vector<uint8_t> FootprintProtocol::chosen(const std::vector<uint8_t>& halves, uint8_t half) const {
  std::vector<uint8_t> mask(halves.size());
  for (size_t i = 0; i < mask.size(); ++i) mask[i] = halves[i] == half;
  return mask;
}

data::Dataset FootprintProtocol::with_coarse_sif(data::Dataset dataset, const std::vector<uint8_t>& chosen) const {
  data::CoarseSif mean = data::coarse_sif(soundings_, dataset_, chosen);
  for (data::Layer& layer : dataset.coarse_layers) {
    if (layer.name == data::coarse_layer) layer.values = std::move(mean.sif);
    if (layer.name == data::coarse_error_layer) layer.values = std::move(mean.error);
  }
  return dataset;
}

// All channels of a part of the days: those of the bands stay as they are.
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
    const data::FeatureStack changed = data::make_features(fine, names, options_.device);
    for (size_t c = 0; c < names.size(); ++c)
      for (size_t i = 0, to = column(names[c]); to < stack.values.size(); ++i, to += width)
        stack.values[to] = changed.values[i * names.size() + c];
  }
  const data::Mask present = stack.present();
  for (size_t i = 0; i < present.size(); ++i) stack.values[i * width + valid] = present[i];
  return stack;
}

nn::Images FootprintProtocol::draw_halves(int draw) {
  halves_ = data::part_days(soundings_, 0.5, Random(options_.seed, halves_stream + uint64_t(draw)).bits());
  Shape both_halves = all_days_.shape();
  both_halves.n *= 2;
  nn::Images images{{}, both_halves, scaling_.blanking(both_halves), {}};
  images.inputs.resize(size_t(both_halves.size()));
  parallel_for(2, [&](int64_t half) {
    const data::Dataset fine = data::fine_scale(with_coarse_sif(sif_dataset_, chosen(halves_, uint8_t(half))));
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

FootprintProtocol::MapMaker FootprintProtocol::made_once(MapMaker make, bool for_each_choice) {
  struct Made {
    std::vector<uint8_t> chosen;
    std::vector<float> maps;
  };
  return [make = std::move(make), for_each_choice, all = std::make_shared<std::vector<Made>>()](
             const data::Dataset& half, const std::vector<uint8_t>& chosen) {
    for (const Made& made : *all)
      if (!for_each_choice || made.chosen == chosen) return made.maps;
    all->push_back({chosen, make(half, chosen)});
    return all->back().maps;
  };
}

void FootprintProtocol::learn_errors(const MapMaker& make_map, bool of_coarse_sif) {
  std::vector<float> maps;
  data::MapError error;  // the same for both halves
  for (uint8_t half = 0; half < 2; ++half) {
    const std::vector<uint8_t> own = chosen(halves_, half);
    std::vector<uint8_t> trains = chosen_roles(data::Role::train);
    for (size_t i = 0; i < trains.size(); ++i) trains[i] = trains[i] && own[i];
    if (half == 0 || of_coarse_sif) maps = make_map(with_coarse_sif(dataset_, own), own);
    if (half == 0)
      error = data::estimate_map_error(maps, dataset_.grid, clear_, trains,
                                       map_error_model(dataset_.coarse_factor, of_coarse_sif));
    const std::vector<double> z = data::posterior_error(maps, dataset_.grid, clear_, trains, error, tolerance);
    const size_t cells = size_t(dataset_.grid.cells());
    for (size_t first = 0; first < z.size(); first += cells) {
      // What is off everywhere is the network's to learn.
      double sum = 0, corrected = 0;
      for (size_t i = first; i < first + cells; ++i)
        if (training_cells_[i] && maps[i] > 0) sum += double(maps[i]), corrected += double(maps[i]) * (1 + z[i]);
      const double level = sum > 0 ? corrected / sum : 1;
      for (size_t i = first; i < first + cells; ++i) {
        likely_share_[half][i] = float((1 + z[i]) / level);
        first_guess_[half][i] *= likely_share_[half][i];
      }
    }
  }
}

// Rows and targets are divided by the sounding's error, in units of the mean one, and by the network's own unit.
void FootprintProtocol::add_soundings(const kernels::Crop& crop, int image, int half, Batch& batch) const {
  const int patch = options_.patch, columns = dataset_.grid.columns;
  const size_t cells = size_t(dataset_.grid.cells());
  const std::span<const float> guess = std::span(first_guess_[half]).subspan(size_t(crop.image) * cells, cells),
                               share = std::span(likely_share_[half]).subspan(size_t(crop.image) * cells, cells);
  const auto& window = order_[size_t(crop.image)];
  const auto first = std::lower_bound(window.begin(), window.end(), crop.row,
                                      [&](size_t i, int row) { return soundings_[i].row < row; });
  for (auto it = first; it != window.end() && soundings_[*it].row < crop.row + patch; ++it) {
    const auto& s = soundings_[*it];
    if (halves_[*it] == half || s.last_row >= crop.row + patch || s.column < crop.column ||
        s.last_column >= crop.column + patch)
      continue;
    const double expected = soundings_.mean(*it, guess);  // missing where an input is
    if (std::isnan(expected)) continue;
    const auto own = soundings_.cells(*it);
    const auto shares = soundings_.weights(*it);
    double present = 0;
    for (size_t k = 0; k < own.size(); ++k)
      if (!std::isnan(guess[size_t(own[k])])) present += double(shares[k]);
    const double clear = soundings_.clear_share(*it, cloud_shielding_);
    const double unit = error_unit_ * clear / double(s.error), weight = unit / present;
    for (size_t k = 0; k < own.size(); ++k) {
      if (std::isnan(guess[size_t(own[k])])) continue;
      batch.footprints.add_entry(
          image * patch * patch +
              place_in_patch(own[k] / columns - crop.row, own[k] % columns - crop.column, crop.orientation, patch),
          float(weight * double(shares[k]) * double(share[size_t(own[k])])));
    }
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
  // A batch over clouds everywhere: one footprint of nothing, so that the step is none.
  if (batch.targets.empty()) {
    batch.footprints.end_footprint();
    batch.targets.push_back(std::numeric_limits<float>::quiet_NaN());
  }
}

std::vector<FootprintProtocol::Comparison> FootprintProtocol::compare(const std::vector<data::Role>& roles,
                                                                      const MapMaker& make_map, int partings) const {
  const size_t cells = size_t(dataset_.grid.cells());
  std::vector<Comparison> comparisons;
  for (int parting = 0; parting < partings; ++parting) {
    const std::vector<uint8_t> halves = data::part_days(soundings_, 0.5, scoring_halves + uint64_t(parting));
    for (uint8_t half = 0; half < 2; ++half) {
      const std::vector<uint8_t> own = chosen(halves, half);
      const std::vector<float> map = make_map(with_coarse_sif(dataset_, own), own);
      for (size_t i = 0; i < soundings_.size(); ++i)
        if (halves[i] != half && std::find(roles.begin(), roles.end(), roles_[i]) != roles.end())
          comparisons.push_back(
              {i, 2 * parting + half,
               soundings_.mean(i, std::span(map).subspan(size_t(soundings_[i].window) * cells, cells))});
    }
  }
  return comparisons;
}

CorrectedBySoundings FootprintProtocol::conserve(std::span<float> maps, const std::vector<uint8_t>& chosen,
                                                 bool of_coarse_sif) const {
  return correct_by_soundings(maps, dataset_.grid, clear_, chosen,
                              map_error_model(dataset_.coarse_factor, of_coarse_sif));
}

void FootprintProtocol::correct_roughly(std::span<float> maps, const std::vector<uint8_t>& chosen,
                                        const data::MapError& error) const {
  const std::vector<double> z = data::posterior_error(maps, dataset_.grid, clear_, chosen, error, tolerance);
  for (size_t i = 0; i < maps.size(); ++i) maps[i] += float(data::positive(double(maps[i])) * z[i]);
}

FootprintProtocol::Scored FootprintProtocol::scored(data::Role role, const MapMaker& make_map, Sky sky) const {
  Scored scored;
  for (const Comparison& c : compare({role}, make_map)) {
    const double seen = sky == Sky::clear ? soundings_.clear_share(c.sounding, cloud_shielding_) : 1;
    scored.soundings.push_back(c.sounding);
    scored.predicted.push_back(float(seen * c.mean));
    scored.measured.push_back(soundings_[c.sounding].sif);
  }
  return scored;
}

data::Metrics FootprintProtocol::score(data::Role role, const MapMaker& make_map, Sky sky) const {
  const Scored s = scored(role, make_map, sky);
  return data::score(s.predicted, s.measured);
}

std::vector<data::SoundingResidual> FootprintProtocol::residuals(const std::vector<data::Role>& roles,
                                                                 const MapMaker& make_map, int partings) const {
  std::vector<data::SoundingResidual> residuals;
  for (const Comparison& c : compare(roles, make_map, partings)) {
    if (std::isnan(c.mean)) continue;
    const auto& s = soundings_[c.sounding];
    const double measured = double(s.sif) / soundings_.clear_share(c.sounding, cloud_shielding_);
    residuals.push_back({c.sounding, 2 * partings * s.window + c.half, measured - c.mean, c.mean});
  }
  return residuals;
}

data::Part FootprintProtocol::cells_of(data::Role role) const {
  int first_row = dataset_.grid.rows, first_column = dataset_.grid.columns, last_row = 0, last_column = 0;
  for (size_t i = 0; i < soundings_.size(); ++i) {
    if (roles_[i] != role) continue;
    const auto& s = soundings_[i];
    first_row = std::min(first_row, s.row), first_column = std::min(first_column, s.column);
    last_row = std::max(last_row, s.last_row), last_column = std::max(last_column, s.last_column);
  }
  if (first_row > last_row) return {};
  return {first_row, first_column, last_row - first_row + 1, last_column - first_column + 1};
}

double FootprintProtocol::noise_variance(data::Role role) const {
  double sum = 0, count = 0;
  for (size_t i = 0; i < soundings_.size(); ++i)
    if (roles_[i] == role) sum += std::pow(double(soundings_[i].error), 2), ++count;
  return sum / count;
}

}  // namespace unetsr::pipeline
