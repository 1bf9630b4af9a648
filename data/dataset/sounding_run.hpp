#pragma once
#include <cstdint>

#include "data/dataset/grid.hpp"

namespace unetsr::data {

// Soundings that lie near each other and one after another in a dataset's file.
struct SoundingRun {
  int window = -1;  // of all of them; -1: any
  Part cells;       // of the fine grid; no footprint covers others
  int64_t first = 0, count = 0;
};

}  // namespace unetsr::data
