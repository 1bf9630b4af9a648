#pragma once
#include <cstddef>
#include <filesystem>

#include "data/formats/granule.hpp"

// Granules of any product of vegetation indices, by the reader that their name asks for.
namespace unetsr::data {

size_t granule_data_sets(Sensor);
// Throw Error where the file's name is no granule's, and what the sensor's reader throws.
GranuleContents granule_contents(const std::filesystem::path& file);
Granule read_granule(const std::filesystem::path& file, const PixelScreens&);

}  // namespace unetsr::data
