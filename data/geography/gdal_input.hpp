#pragma once
#include <gdal_priv.h>

#include <string>

#include "data/geography/vrt_sources.hpp"

// Files that a user names, opened by the drivers that users need: GDAL has many more, some of which run commands, fetch
// from the network or open any other file that a file names.
namespace unetsr::data {

// Null where none of these drivers reads it. Throws Error for a name in a virtual file system other than /vsizip/,
// /vsigzip/ and /vsitar/, for a VRT whose sources are not allowed, for HDF5 that leads to other files or lies in an
// archive.
GDALDatasetUniquePtr open_user_raster(const std::string& gdal_name, VrtSources = VrtSources::own_folder);
GDALDatasetUniquePtr open_user_vector(const std::string& gdal_name);

}  // namespace unetsr::data
