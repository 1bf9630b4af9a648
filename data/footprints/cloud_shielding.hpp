#pragma once
#include <span>
#include <vector>

#include "data/footprints/sounding_cells.hpp"

namespace unetsr::data {

// What clouds in a footprint hide of its SIF: a sounding with cloud fraction c gives 1 - shielding x c of what it would
// give under a clear sky. Least squares of the chosen soundings, each by its error, on the means m of `guess` (windows,
// rows, columns) over their footprints and on c x m; `guess` may be low by any factor. 0..1; 0 where nothing tells it.
double fit_cloud_shielding(const SoundingCells&, std::span<const float> guess, const std::vector<uint8_t>& chosen);

}  // namespace unetsr::data
