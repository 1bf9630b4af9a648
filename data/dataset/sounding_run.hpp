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

// Whether two parts share a cell.
inline bool overlap(const Part& a, const Part& b) {
  return a.row < b.row + b.rows && b.row < a.row + a.rows && a.column < b.column + b.columns &&
         b.column < a.column + a.columns;
}

}  // namespace unetsr::data
