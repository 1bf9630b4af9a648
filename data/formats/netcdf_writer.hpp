#pragma once
#include "data/formats/raster_writer.hpp"

namespace unetsr::data {

std::unique_ptr<RasterWriter> make_netcdf_writer(const std::filesystem::path&, const RasterDescription&);

}  // namespace unetsr::data
