#pragma once
#include <span>
#include <vector>

#include "data/footprints/sounding_cells.hpp"

namespace unetsr::data {

// The share of its SIF that a fully clouded footprint hides: a sounding with cloud fraction c measures 1 - shielding x
// c of its SIF under a clear sky. Least squares of the chosen soundings, each by its error, on the means m of `guess`
// (windows, rows, columns) over their footprints and on c x m; `guess` may be low by any factor. 0..1; 0 where the
// soundings do not determine it.
double fit_cloud_shielding(const SoundingCells&, StoredSpan<const float> guess, const std::vector<uint8_t>& chosen);

// The same of the soundings of several areas.
struct GuessOfSoundings {
  const SoundingCells& soundings;
  StoredSpan<const float> guess;
  const std::vector<uint8_t>& chosen;
};
double fit_cloud_shielding(std::span<const GuessOfSoundings>);

}  // namespace unetsr::data
