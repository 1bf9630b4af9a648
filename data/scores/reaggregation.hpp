#pragma once
#include <span>
#include <vector>

#include "data/footprints/sounding_cells.hpp"
#include "kernels/view.hpp"

// Whether a map (windows, rows, columns; NaN is missing) agrees with the measurements: its mean over the area of each
// measurement minus the measurement.
namespace unetsr::data {

struct Remeasured {
  int64_t cell = 0;       // of the map, in the middle
  double difference = 0;  // mW m-2 sr-1 nm-1
};

// Means over footprints, where SoundingCells::mean has one. `cloud_shielding`: of the soundings
// (data/footprints/cloud_shielding.hpp) where the map is that of a clear sky; else 0.
std::vector<Remeasured> remeasure_soundings(std::span<const float> map, const SoundingCells&, double cloud_shielding);
// Means over blocks of factor x factor cells, weighted (all equal, if empty), all of whose cells are present.
std::vector<Remeasured> remeasure_blocks(std::span<const float> map, Shape, int factor, std::span<const float> coarse,
                                         std::span<const float> weights = {});
// Means over the 3 x 3 cells around a cell, all of them present, against the coarse SIF of the cell, which is such a
// mean in the paper's tables.
std::vector<Remeasured> remeasure_neighbours(std::span<const float> map, Shape, std::span<const float> coarse);

}  // namespace unetsr::data
