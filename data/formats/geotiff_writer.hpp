#pragma once
#include "data/formats/raster_writer.hpp"

namespace unetsr::data {

std::unique_ptr<RasterWriter> make_geotiff_writer(const std::filesystem::path&, const RasterDescription&);
// Writes an uncompressed GeoTIFF beside the file first, which is removed in any case.
std::unique_ptr<RasterWriter> make_cog_writer(const std::filesystem::path&, const RasterDescription&);

}  // namespace unetsr::data
