#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "data/correction/map_error.hpp"
#include "data/dataset/stored_array.hpp"
#include "pipeline/train/sounding_comparison.hpp"

// Comparisons of maps with soundings (SoundingComparison) in one area of a dataset, or in several with one map error.
namespace unetsr::pipeline {

// Of areas with equally many windows.
using Areas = std::vector<const SoundingComparison*>;
// One entry an area: chosen soundings; maps of its windows.
using AreaChoices = std::vector<std::vector<uint8_t>>;
using AreaMaps = std::vector<data::StoredArray<float>>;
// Makes maps of all areas, whose coarse SIF is of the chosen soundings.
using AreaMapMaker = std::function<AreaMaps(const AreaChoices&)>;

// Soundings with the means of maps that were made without their half of the days, as SoundingComparison::scored has
// them.
struct ScoredSoundings {
  std::vector<float> predicted, measured;
  std::vector<double> noise_variance;
};
ScoredSoundings scored(const Areas&, data::Role, const AreaMapMaker&, SoundingComparison::Sky);

// Of each area, as SoundingComparison::residuals has them, in a store.
using AreaResiduals = std::vector<data::StoredArray<data::SoundingResidual>>;
AreaResiduals residuals(const Areas&, const std::vector<data::Role>&, const AreaMapMaker&, int day_splits,
                        const data::ArrayStore& = {});

// The maps' error, estimated from the chosen soundings of all areas.
data::MapError map_error_of(const Areas&, const AreaMaps&, const AreaChoices&, bool of_coarse_sif,
                            const data::ArrayStore& = {});

// Corrects maps by the chosen soundings for an error that is known, to a tolerance (data::add_posterior_error).
void correct(const Areas&, AreaMaps&, const AreaChoices&, const data::MapError&, double tolerance = 1e-5,
             const data::ArrayStore& = {});

// An area's maps, in memory.
data::StoredArray<float> stored(std::span<const float> maps);

}  // namespace unetsr::pipeline
