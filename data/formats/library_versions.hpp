#pragma once
#include <string>

namespace unetsr::data {

// "GDAL 3.6.2, HDF5 1.10.8, netCDF 4.9.0": the libraries that files are read and written with.
std::string library_versions();

}  // namespace unetsr::data
