#pragma once
#include <cstdint>
#include <span>

#include "data/dataset/grid.hpp"

// A map of one window (rows x columns; NaN is missing and stays so) whose means over blocks of factor x factor cells
// are the coarse SIF.
namespace unetsr::data {

struct BlockFit {
  int64_t blocks = 0;     // whose mean is the coarse SIF now
  int64_t left_out = 0;   // blocks with a coarse SIF, but too few cells
  double before = 0;      // root mean square of the blocks' coarse SIF - mean, mW m-2 sr-1 nm-1
  double correction = 0;  // the same of the correction, over the map's cells
};

// Adds two things to the map. The first is a surface, bilinear between the blocks' centres. Its mean over the present
// cells of each block is the block's coarse SIF minus the map's mean, to 1e-4. The second is a constant for each block,
// which makes its mean the coarse SIF but for rounding. A block takes part where its coarse SIF is known and at least
// half of its cells are present; the surface goes to 0 towards the centres of the others. Needs 8 bytes a cell beside
// the map.
BlockFit conserve_blocks(std::span<float> map, const Grid&, int factor, std::span<const float> coarse);

}  // namespace unetsr::data
