#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"

namespace unetsr::pipeline {

// What a perfect prediction of the noise-free target would reach: standard deviation of the target's cell-to-cell noise
// (mW m-2 sr-1 nm-1) and the R2 that it leaves.
struct NoiseCeiling {
  double noise = 0, r2 = 0;
};

std::vector<NoiseCeiling> noise_ceiling_per_window(const data::Dataset&);
NoiseCeiling pooled_noise_ceiling(const data::Dataset&);

}  // namespace unetsr::pipeline
