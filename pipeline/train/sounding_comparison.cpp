#include "pipeline/train/sounding_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "data/correction/footprint_conservation.hpp"
#include "data/dataset/dataset_header.hpp"
#include "data/dataset/scales.hpp"
#include "data/features/features.hpp"
#include "data/footprints/each_sounding.hpp"

namespace unetsr::pipeline {
namespace {

constexpr uint64_t scoring_halves = 0;  // the first split of the days

// The role that all of a footprint's cells share; else buffer.
std::vector<data::Role> roles_of(const data::SoundingCells& soundings, const data::Split& split, int factor,
                                 int fine_columns) {
  std::vector<data::Role> roles;
  data::for_each_sounding(soundings, [&](size_t i) {
    const auto role = [&](int32_t cell) {
      const int row = cell / fine_columns / factor, column = cell % fine_columns / factor;
      return split.roles[(size_t(soundings[i].window) * size_t(split.rows) + size_t(row)) * size_t(split.columns) +
                         size_t(column)];
    };
    const auto cells = soundings.cells(i);
    const data::Role first = role(cells.front());
    const bool same = std::all_of(cells.begin(), cells.end(), [&](int32_t cell) { return role(cell) == first; });
    roles.push_back(same ? first : data::Role::buffer);
  });
  return roles;
}

}  // namespace

std::vector<std::string> needed_features(std::vector<std::string> features, const std::string& first_guess) {
  features.insert(features.end(), {first_guess, data::coarse_layer});
  return features;
}

data::Dataset with_layers_for(const data::Dataset& dataset, const std::vector<std::string>& features) {
  const std::vector<std::string> names = data::layers_behind(features);
  const data::LayerChoice choice = data::granule_layers(names);
  const auto take = [](const std::vector<data::Layer>& from, const std::vector<std::string>& wanted) {
    std::vector<data::Layer> layers;
    for (const data::Layer& layer : from)
      if (std::find(wanted.begin(), wanted.end(), layer.name) != wanted.end()) layers.push_back(layer);
    return layers;
  };
  data::Dataset kept = data::header_of(dataset);
  kept.layers = take(dataset.layers, choice.layers);
  kept.coarse_layers = take(dataset.coarse_layers, choice.coarse_layers);
  return kept;
}

std::vector<uint8_t> soundings_of_half(const std::vector<uint8_t>& halves, uint8_t half) {
  std::vector<uint8_t> mask(halves.size());
  for (size_t i = 0; i < mask.size(); ++i) mask[i] = halves[i] == half;
  return mask;
}

SoundingComparison::SoundingComparison(const data::Dataset& dataset, data::Split split,
                                       const std::vector<std::string>& features, double cloud_shielding,
                                       const data::FootprintEstimate& footprints)
    : dataset_(with_layers_for(dataset, features)),
      soundings_(dataset),
      clear_(soundings_),
      split_(std::move(split)),
      roles_(roles_of(soundings_, split_, dataset.coarse_factor, dataset.grid.columns)),
      roles_as_delivered_(roles_) {
  lay_footprints(dataset, footprints);
  set_cloud_shielding(cloud_shielding);
}

SoundingComparison::SoundingComparison(const data::DatasetFile& file, data::Split split, double cloud_shielding,
                                       const data::FootprintEstimate& footprints, const data::ArrayStore& store)
    : dataset_(with_layers_for(file.description(), {})),
      soundings_(file, {0, int(dataset_.windows.size())}, footprints, 0, store),
      clear_(soundings_),
      split_(std::move(split)),
      roles_(roles_of(soundings_, split_, dataset_.coarse_factor, dataset_.grid.columns)),
      roles_as_delivered_(roles_) {
  if (!footprints.as_delivered()) {
    const data::SoundingCells delivered(file, {0, int(dataset_.windows.size())}, {}, 0, store);
    roles_as_delivered_ = roles_of(delivered, split_, dataset_.coarse_factor, dataset_.grid.columns);
    keep_common_roles();
  }
  set_cloud_shielding(cloud_shielding);
}

void SoundingComparison::keep_common_roles() {
  for (size_t i = 0; i < roles_.size(); ++i)
    if (roles_[i] != roles_as_delivered_[i]) roles_[i] = data::Role::buffer;
}

void SoundingComparison::lay_footprints(const data::Dataset& dataset, const data::FootprintEstimate& footprints) {
  if (footprints.as_delivered()) return;
  soundings_ = data::SoundingCells(dataset, footprints);
  clear_ = soundings_;
  roles_ = roles_of(soundings_, split_, dataset.coarse_factor, dataset.grid.columns);
  keep_common_roles();
}

void SoundingComparison::set_cloud_shielding(double shielding) {
  cloud_shielding_ = shielding;
  if (shielding != 0) clear_.clear_clouds(shielding);
  clear_.release(0, clear_.size());
}

int64_t SoundingComparison::count(data::Role role) const {
  return std::count(roles_.begin(), roles_.end(), role);
}

std::vector<uint8_t> SoundingComparison::chosen(data::Role role) const {
  std::vector<uint8_t> mask(roles_.size());
  for (size_t i = 0; i < mask.size(); ++i) mask[i] = roles_[i] == role;
  return mask;
}

data::Dataset SoundingComparison::with_coarse_sif(data::Dataset dataset, const std::vector<uint8_t>& chosen) const {
  data::CoarseSif mean = data::coarse_sif(soundings_, dataset_, chosen);
  for (data::Layer& layer : dataset.coarse_layers) {
    if (layer.name == data::coarse_layer) layer.values = std::move(mean.sif);
    if (layer.name == data::coarse_error_layer) layer.values = std::move(mean.error);
  }
  return dataset;
}

SoundingComparison::MapMaker SoundingComparison::made_once(MapMaker make, bool for_each_choice) {
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

std::vector<uint8_t> SoundingComparison::halves(int day_split) const {
  return data::split_days(soundings_, 0.5, scoring_halves + uint64_t(day_split));
}

bool SoundingComparison::is_compared(size_t sounding, const std::vector<uint8_t>& halves, uint8_t half,
                                     const std::vector<data::Role>& roles) const {
  return halves[sounding] != half &&
         std::find(roles.begin(), roles.end(), roles_as_delivered_[sounding]) != roles.end();
}

double SoundingComparison::mean_of(size_t sounding, std::span<const float> map_of_window) const {
  return roles_[sounding] == roles_as_delivered_[sounding] ? soundings_.mean(sounding, map_of_window)
                                                           : std::numeric_limits<double>::quiet_NaN();
}

void SoundingComparison::for_compared(data::StoredSpan<const float> map, const std::vector<uint8_t>& halves,
                                      uint8_t half, const std::vector<data::Role>& roles,
                                      const std::function<void(const Comparison&)>& f) const {
  data::MeansOfMaps means(soundings_, map);
  data::for_each_sounding(soundings_, [&](size_t i) {
    if (!is_compared(i, halves, half, roles)) return;
    f({i, half, roles_[i] == roles_as_delivered_[i] ? means.of(i) : std::numeric_limits<double>::quiet_NaN()});
  });
}

std::vector<SoundingComparison::Comparison> SoundingComparison::compared(std::span<const float> map,
                                                                         const std::vector<uint8_t>& halves,
                                                                         uint8_t half,
                                                                         const std::vector<data::Role>& roles) const {
  std::vector<Comparison> comparisons;
  for_compared(map, halves, half, roles, [&](const Comparison& c) { comparisons.push_back(c); });
  return comparisons;
}

void SoundingComparison::keep_roles_within(const data::Part& part) {
  for (size_t i = 0; i < soundings_.size(); ++i) {
    const auto& s = soundings_[i];
    const int row = (s.row + s.last_row) / 2 - part.row, column = (s.column + s.last_column) / 2 - part.column;
    if (row < 0 || row >= part.rows || column < 0 || column >= part.columns)
      roles_[i] = roles_as_delivered_[i] = data::Role::buffer;
  }
}

std::vector<SoundingComparison::Comparison> SoundingComparison::compare(const std::vector<data::Role>& roles,
                                                                        const MapMaker& make_map,
                                                                        int day_splits) const {
  std::vector<Comparison> comparisons;
  for (int day_split = 0; day_split < day_splits; ++day_split) {
    const std::vector<uint8_t> halves_of_split = halves(day_split);
    for (uint8_t half = 0; half < 2; ++half) {
      const std::vector<uint8_t> own = soundings_of_half(halves_of_split, half);
      for (Comparison& c : compared(make_map(with_coarse_sif(dataset_, own), own), halves_of_split, half, roles)) {
        c.half += 2 * day_split;
        comparisons.push_back(c);
      }
    }
  }
  return comparisons;
}

CorrectedBySoundings SoundingComparison::conserve(std::span<float> maps, const std::vector<uint8_t>& chosen,
                                                  bool of_coarse_sif) const {
  return correct_by_soundings(maps, dataset_.grid, clear_, chosen,
                              map_error_model(dataset_.coarse_factor, of_coarse_sif));
}

SoundingComparison::Scored SoundingComparison::scored(data::Role role, const MapMaker& make_map, Sky sky) const {
  Scored scored;
  for (const Comparison& c : compare({role}, make_map)) {
    const double seen = sky == Sky::clear ? soundings_.clear_share(c.sounding, cloud_shielding_) : 1;
    scored.soundings.push_back(c.sounding);
    scored.predicted.push_back(float(seen * c.mean));
    scored.measured.push_back(soundings_[c.sounding].sif);
  }
  return scored;
}

data::Metrics SoundingComparison::score(data::Role role, const MapMaker& make_map, Sky sky) const {
  const Scored s = scored(role, make_map, sky);
  return data::score(s.predicted, s.measured);
}

std::vector<data::SoundingResidual> SoundingComparison::residuals(const std::vector<data::Role>& roles,
                                                                  const MapMaker& make_map, int day_splits) const {
  std::vector<data::SoundingResidual> residuals;
  for (const Comparison& c : compare(roles, make_map, day_splits)) {
    if (std::isnan(c.mean)) continue;
    const auto& s = soundings_[c.sounding];
    const double measured = double(s.sif) / soundings_.clear_share(c.sounding, cloud_shielding_);
    residuals.push_back({c.sounding, 2 * day_splits * s.window + c.half, measured - c.mean, c.mean});
  }
  return residuals;
}

data::Part SoundingComparison::cells_of(data::Role role) const {
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

std::vector<double> SoundingComparison::noise_variance(std::span<const size_t> soundings) const {
  std::vector<double> variances;
  for (const size_t i : soundings) variances.push_back(std::pow(double(soundings_[i].error), 2));
  return variances;
}

}  // namespace unetsr::pipeline
