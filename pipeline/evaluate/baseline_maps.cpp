#include "pipeline/evaluate/baseline_maps.hpp"

#include <algorithm>
#include <utility>

#include "data/correction/footprint_conservation.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/processes/processes.hpp"

namespace unetsr::pipeline {

std::vector<BaselineOfBands> baselines_of_bands(const data::Dataset& dataset, const data::BaselineBands& denoised) {
  const auto is_denoised = [&](const std::string& band) {
    return std::any_of(denoised.fine.begin(), denoised.fine.end(), [&](const auto& l) { return l.name == band; });
  };
  std::vector<BaselineOfBands> all;
  for (const MapBaseline& baseline : map_baselines(dataset)) {
    all.push_back({baseline, false});
    if (!baseline.bands.empty() && std::all_of(baseline.bands.begin(), baseline.bands.end(), is_denoised))
      all.push_back({baseline, true});
  }
  return all;
}

void correct_map(std::span<float> maps, const data::Dataset& dataset, const data::SoundingCells& soundings,
                 std::span<const uint8_t> chosen, bool of_coarse_sif, const data::ShareReached& reached) {
  constexpr double estimate = 0.5;  // of the time
  const data::MapError error = data::estimate_map_error(maps, dataset.grid, soundings, chosen,
                                                        map_error_model(dataset.coarse_factor, of_coarse_sif),
                                                        [&](double share) { reached(estimate * share); });
  const std::vector<float> z =
      data::posterior_error(maps, dataset.grid, soundings, chosen, error, data::posterior_tolerance,
                            [&](double share) { reached(estimate + (1 - estimate) * share); });
  for (size_t i = 0; i < maps.size(); ++i)
    maps[i] = float(double(maps[i]) + data::positive(double(maps[i])) * double(z[i]));
}

BaselineMaps::BaselineMaps(const data::Dataset& dataset, SoundingsAsMeasured measured, Steps& steps)
    : granules_(dataset), measured_(std::move(measured)), steps_(steps) {
  const data::BaselineBands denoised = data::denoised_bands(dataset);
  baselines_ = baselines_of_bands(dataset, denoised);
  denoised_ = data::with_bands(dataset, denoised);
  if (dataset.soundings.size() == 0) return;
  soundings_.emplace(dataset, measured_.footprints);
  soundings_->clear_clouds(measured_.cloud_shielding);
}

size_t BaselineMaps::unfitted_count() const {
  return size_t(std::count_if(baselines_.begin(), baselines_.end(),
                              [](const auto& b) { return b.baseline.fitted_to == FittedTo::nothing; }));
}

std::optional<std::vector<uint8_t>> BaselineMaps::to_fit(const MapBaseline& baseline,
                                                         const data::Mask& training) const {
  if (!enough_to_fit(granules_, training)) return std::nullopt;
  if (baseline.fitted_to != FittedTo::soundings) return std::vector<uint8_t>();
  std::vector<uint8_t> chosen = soundings_on(*soundings_, granules_, training);
  return enough_to_fit(chosen) ? std::optional(std::move(chosen)) : std::nullopt;
}

std::vector<float> BaselineMaps::make(const BaselineOfBands& b, const data::Mask& training,
                                      const std::vector<uint8_t>& training_soundings) const {
  return b.baseline.make(
      {b.denoised ? denoised_ : granules_, training, soundings_ ? &*soundings_ : nullptr, training_soundings});
}

std::vector<BaselineMaps::Made> BaselineMaps::unfitted() {
  std::vector<Made> made;
  for (const BaselineOfBands& b : baselines_) {
    if (b.baseline.fitted_to != FittedTo::nothing) continue;
    const report::MapVariant variant = b.variant();
    if (!unfitted_.contains(variant.name())) {
      unfitted_[variant.name()] = make(b, {}, {});
      steps_.done();
    }
    made.push_back({variant, &unfitted_.at(variant.name()), true, false});
  }
  return made;
}

std::vector<BaselineMaps::Made> BaselineMaps::of(const data::Mask& training) {
  std::vector<Made> made = unfitted();
  fitted_.clear(), corrected_fitted_.clear();
  for (const BaselineOfBands& b : baselines_) {
    if (b.baseline.fitted_to == FittedTo::nothing) continue;
    const report::MapVariant variant = b.variant();
    if (const auto chosen = to_fit(b.baseline, training))
      made.push_back(
          {variant, &(fitted_[variant.name()] = make(b, training, *chosen)), b.baseline.of_coarse_sif(), true});
    steps_.done();
  }
  return made;
}

std::vector<float> BaselineMaps::map_of(const report::MapVariant& variant, const data::Mask& training) {
  for (const BaselineOfBands& b : baselines_) {
    if (b.variant(variant.corrected) != variant || (variant.corrected && !can_correct())) continue;
    const std::optional<std::vector<uint8_t>> chosen =
        b.baseline.fitted_to == FittedTo::nothing ? std::vector<uint8_t>() : to_fit(b.baseline, training);
    if (!chosen) continue;
    std::vector<float> map = make(b, training, *chosen);
    if (variant.corrected) correct(map, b.baseline.of_coarse_sif());
    return map;
  }
  return {};
}

void BaselineMaps::correct(std::vector<float>& maps, bool of_coarse_sif) const {
  correct_map(maps, granules_, *soundings_, {}, of_coarse_sif, [&](double share) { steps_.reached(share); });
}

const std::vector<float>& BaselineMaps::corrected(const std::vector<Made>& made, size_t index) {
  auto& known = made[index].fitted ? corrected_fitted_ : corrected_unfitted_;
  const std::string name = made[index].variant.name();
  if (!known.contains(name)) correct_from(made, index);
  return known.at(name);
}

void BaselineMaps::correct_from(const std::vector<Made>& made, size_t index) {
  const Processes& all = processes();
  corrected_fitted_.clear();
  std::vector<const Made*> round;  // one for each process
  for (; index < made.size() && round.size() < size_t(all.size()); ++index)
    if (made[index].fitted || !corrected_unfitted_.contains(made[index].variant.name())) round.push_back(&made[index]);
  std::vector<float> own;
  if (const size_t rank = size_t(all.rank()); rank < round.size()) {
    own = *round[rank]->map;
    correct(own, round[rank]->of_coarse_sif);
  }
  for (size_t k = 0; k < round.size(); ++k) {
    std::vector<float> maps = int(k) == all.rank() ? std::move(own) : std::vector<float>(round[k]->map->size());
    all.broadcast(maps.data(), maps.size() * sizeof(float), int(k));
    (round[k]->fitted ? corrected_fitted_ : corrected_unfitted_)[round[k]->variant.name()] = std::move(maps);
    steps_.done();
  }
}

}  // namespace unetsr::pipeline
