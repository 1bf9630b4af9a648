#pragma once
#include <cstdint>

#include "data/dataset/dataset.hpp"

namespace unetsr::pipeline {

// Throws UsageError, with figures, where the layers of granules on the dataset's grid need more than `available` bytes
// (0: what the machine has). `auxiliary`: how many bands --aux adds.
void refuse_beyond_memory(const data::Dataset&, size_t auxiliary, uint64_t available = 0);

}  // namespace unetsr::pipeline
