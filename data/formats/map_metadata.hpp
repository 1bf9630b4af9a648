#pragma once
#include <filesystem>
#include <string>

namespace unetsr::data {

// A text that a map names for all of itself: an item of a GeoTIFF's metadata, a global attribute of netCDF. Empty where
// it has none of this name. Throws Error where the file cannot be read.
std::string map_metadata(const std::filesystem::path& file, const std::string& name);

}  // namespace unetsr::data
