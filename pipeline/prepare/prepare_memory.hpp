#pragma once
#include <cstdint>
#include <string>

#include "data/dataset/dataset.hpp"
#include "pipeline/console/memory.hpp"

namespace unetsr::pipeline {

// What `prepare` will hold in memory of a dataset of granules, in bytes.
struct PrepareMemory {
  double needed = 0;   // at least
  double bound = 0;    // that is allowed
  double sorting = 0;  // of it, for soundings that are sorted
};

// Layers of a dataset that are laid from files: of granules, and of --aux.
struct LayerCounts {
  size_t indices = 0, auxiliary = 0;
};

// `granule_pixels`: of the largest granule; `bound`: 0: half of what is available. Throws UsageError, with figures,
// where more is needed than allowed or available.
PrepareMemory plan_memory(const data::Dataset& description, int64_t granule_pixels, const LayerCounts&, double bound,
                          uint64_t available = available_memory());

// Bytes of the scratch files beside the dataset: of its layers, at most; of each sounding.
double layer_scratch(const data::Dataset& description, const LayerCounts&);
inline constexpr double sounding_scratch = 170;

}  // namespace unetsr::pipeline
