#pragma once
#include <memory>
#include <vector>

#include "pipeline/evaluate/map_scorer.hpp"
#include "pipeline/maps/map_store.hpp"
#include "pipeline/report/map_variant.hpp"
#include "pipeline/train/sounding_comparison.hpp"

namespace unetsr::pipeline {

// Test soundings of one half of the days in one window, that maps of the other half are compared with.
struct ComparedSoundings {
  int half = 0, window = 0;  // half: that the maps are made of
  std::vector<size_t> soundings;
};
// All of them, by half and window.
std::vector<ComparedSoundings> compared_soundings(const SoundingComparison&, const std::vector<uint8_t>& halves,
                                                  int windows);

// What one map maker made of the soundings, and of the cells that were held out.
struct PredictedSoundings {
  report::MapVariant variant;
  std::vector<float> values;  // in the order of the compared soundings
  ScoredMap negatives;        // of its maps
};

// What the runs that held out the same cells have in common: the compared soundings one after the other.
struct SoundingGroup {
  std::vector<ComparedSoundings> compared;
  std::vector<float> measured;
  std::vector<double> noise_variance;                                // of each sounding, by its stated error
  std::vector<int64_t> cells;                                        // of its window, in the middle of each footprint
  std::vector<PredictedSoundings> baselines, networks, uncorrected;  // uncorrected: of the networks

  SoundingGroup(const SoundingComparison&, std::vector<ComparedSoundings>);
  // Soundings on which a map has no value are scored for no map.
  void keep_common();
  std::vector<ScoredMap> score(const std::vector<PredictedSoundings>&, const MapScorer&) const;
};

}  // namespace unetsr::pipeline
