#pragma once
#include <span>

#include "data/dataset/dataset.hpp"
#include "data/features/scaling.hpp"
#include "data/footprints/footprint_estimate.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/training_area.hpp"

namespace unetsr::pipeline {

// What footprint training estimates before it begins, from training cells and soundings alone.
struct TrainingStatistics {
  data::Scaling scaling;        // of the inputs
  double target_spread = 1;     // the first guess's own spread: that of the deviations is not known before
  double error_unit = 1;        // the mean error of a sounding
  double first_guess_unit = 1;  // what a first guess of 1 is in mW m-2 sr-1 nm-1
  double cloud_shielding = 0;   // data/footprints/cloud_shielding.hpp
  data::FootprintEstimate footprints;
  int64_t soundings = 0, too_wide = 0;  // that train; of these, larger than a patch
};

// An area, and the dataset with its soundings.
struct AreaOfStatistics {
  TrainingArea& area;
  const data::Dataset& dataset;
};

// Lays the footprints of the areas' soundings where they are estimated, and brings soundings and first guess to one
// unit. Throws UsageError: no sounding trains, no footprint fits into a patch, a first guess that is not correlated
// with the soundings.
TrainingStatistics fit_statistics(std::span<const AreaOfStatistics>, const HonestOptions&);

// The same of an area from statistics that are known.
void apply_statistics(const AreaOfStatistics&, const TrainingStatistics&);

}  // namespace unetsr::pipeline
