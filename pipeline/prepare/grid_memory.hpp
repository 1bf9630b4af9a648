#pragma once
#include <cstdint>

#include "data/dataset/dataset.hpp"
#include "pipeline/console/memory.hpp"

namespace unetsr::pipeline {

// Throws UsageError, with figures, where the layers of granules on the dataset's grid need more than `available` bytes.
// `auxiliary`: how many bands --aux adds.
void refuse_beyond_memory(const data::Dataset&, size_t auxiliary, uint64_t available = available_memory());

}  // namespace unetsr::pipeline
