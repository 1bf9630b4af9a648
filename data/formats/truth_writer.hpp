#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "data/grid.hpp"

namespace unetsr::data {

// Writes one band as a GeoTIFF (float32, DEFLATE, NaN where there is no data), values in row order on a grid of any
// reference system. `description` and `units` are the band's. Throws Error where the file cannot be written.
void write_truth_map(const std::filesystem::path& file, const Grid&, std::span<const float> values,
                     const std::string& description, const std::string& units);

}  // namespace unetsr::data
