#pragma once
#include <optional>
#include <string>

namespace unetsr::data {

// The system's error behind a failure of netCDF, in words, where there is one: "the disk is full", "out of memory".
// Call it right after the failure.
std::optional<std::string> system_cause(int status);

// The same, or else netCDF's own words.
std::string netcdf_message(int status);

}  // namespace unetsr::data
