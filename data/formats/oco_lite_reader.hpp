#pragma once
#include <filesystem>

#include "data/formats/oco_footprints.hpp"
#include "data/formats/oco_lite_name.hpp"

namespace unetsr::data {

// Whether it is a file of that product, by its variables.
bool is_oco_lite(const std::filesystem::path&);

// OCO-2 and OCO-3 SIF Lite (OCO2_L2_Lite_SIF 11r, 11.2r; OCO3_L2_Lite_SIF 11r), NetCDF-4: all footprints of the file,
// in its order, without any screen. Missing: _FillValue, and what cannot be, as the codes -9999 and -999999: |SIF|
// beyond 50, a sigma outside 0..50, places and angles outside their bounds. Corners are those of Latitude_Corners and
// Longitude_Corners, else of Geolocation/footprint_latitude_vertices and the like. Sensor and version are those of the
// file's name, else of its attributes. Throws Error naming file and variable: no NetCDF, cut off, another product, a
// variable that is missing or has other dimensions or units, no corners, an unknown version.
OcoFootprints read_oco_lite(const std::filesystem::path& file);

}  // namespace unetsr::data
