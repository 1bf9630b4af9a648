#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace unetsr::data {

// The software that wrote a dataset, a checkpoint, a GeoTIFF, a netCDF file or a granule, as named in the file: the
// format ("unetsr dataset 2"), else the software or the source ("unetsr 0.1.0 ..."). Files that simulate wrote in the
// format of a product give "unetsr simulate". Empty for other files and where none is named. Throws Error where the
// file cannot be read.
std::string software_of_file(const std::filesystem::path& file);

// What that gives for files of a simulated scene.
inline constexpr const char* simulation_software = "unetsr simulate";

// The world that a file of a simulated scene names; empty where it names none. Nothing for other files. Throws Error
// where the file cannot be read.
std::optional<std::string> simulated_world(const std::filesystem::path& file);

// The global attribute that names it.
inline constexpr const char* world_attribute = "simulated_world";

}  // namespace unetsr::data
