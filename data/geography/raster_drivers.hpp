#pragma once
#include <string>
#include <vector>

namespace unetsr::data {

// The drivers by which rasters are opened, as far as this GDAL has them.
std::vector<std::string> available_raster_drivers();

}  // namespace unetsr::data
