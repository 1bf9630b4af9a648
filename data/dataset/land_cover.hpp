#pragma once
#include <span>
#include <string>
#include <vector>

namespace unetsr::data {

inline const std::string land_cover_layer = "land_cover";

// The names of a land cover layer's classes, by their number; empty for those without one. The legend is that of the
// International Geosphere-Biosphere Programme as MCD12Q1 numbers it (1 to 17; 0, in older ones, is water too); a layer
// that holds a number of another legend (but 254 and 255, which stand for no class) has no names.
std::vector<std::string> land_cover_names(std::span<const float> layer);

}  // namespace unetsr::data
