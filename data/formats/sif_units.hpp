#pragma once
#include <string>

namespace unetsr::data {

// SIF is wanted in mW m-2 sr-1 nm-1; W m-2 sr-1 um-1 is the same number. `place` (file and variable) begins the message
// of the Error that other units throw.
void require_sif_units(const std::string& place, const std::string& units);

}  // namespace unetsr::data
