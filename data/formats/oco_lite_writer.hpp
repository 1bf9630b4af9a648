#pragma once
#include <filesystem>
#include <string>

#include "data/formats/oco_footprints.hpp"

namespace unetsr::data {

// A day of a simulated scene as OCO2_L2_Lite_SIF 11r stores it: root variables and the groups Science, Cloud and
// Metadata; missing is -999999, the declared fill. Global attributes name what made it, and the simulated world; an
// empty name is none. Throws Error where the file cannot be written.
void write_oco_lite(const std::filesystem::path& file, const OcoFootprints&, const std::string& world = {});

}  // namespace unetsr::data
