#pragma once
#include <optional>
#include <string>

namespace unetsr::data {

// What the system refused, in words, where it is behind a failure of netCDF's: "the disk is full", "out of memory".
// To be asked right behind the failure.
std::optional<std::string> system_cause(int status);

// The same, or else netCDF's own words.
std::string netcdf_message(int status);

}  // namespace unetsr::data
