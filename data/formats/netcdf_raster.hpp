#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/formats/raster_source.hpp"

namespace unetsr::data {

// NetCDF classic and 4, and HDF-EOS5 grids, by the attributes of their axes (CF): whatever the order of the dimensions,
// the raster comes out north up, west to east. Bands are numbered as GDAL does: all dimensions but x and y, the last
// of them fastest.
bool is_netcdf(const std::filesystem::path&);
std::vector<std::string> netcdf_rasters(const std::filesystem::path&);  // "lst", "group/lst"
std::unique_ptr<RasterSource> open_netcdf_raster(const std::filesystem::path&, const std::string& variable);

}  // namespace unetsr::data
