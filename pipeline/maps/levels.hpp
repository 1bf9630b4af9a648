#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "data/dataset/stored_array.hpp"
#include "data/footprints/sounding_cells.hpp"

// The level of maps: the factor between the soundings of a window and a map's means over their footprints. A network
// that was trained in another region or season has the pattern of SIF; how much SIF a leaf yields there follows from
// the soundings.
namespace unetsr::pipeline {

// For each window of `maps` (windows, rows, columns) the factor that fits the chosen soundings (corrected for clouds)
// best: least squares, each sounding by its error. A window whose factor has a standard error above 5 % takes that of
// all windows; nothing where that has one too, or a factor is not above 0.
std::optional<std::vector<double>> fit_levels(data::StoredSpan<const float> maps, const data::SoundingCells& clear,
                                              std::span<const uint8_t> chosen, size_t windows);

// Multiplies each window by its factor.
void set_levels(data::StoredSpan<float> maps, std::span<const double> levels);

}  // namespace unetsr::pipeline
