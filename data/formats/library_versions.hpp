#pragma once
#include <string>
#include <vector>

namespace unetsr::data {

// A library that files are read and written with; without a version, this build has none.
struct FormatLibrary {
  std::string name, version;
};
// GDAL, HDF5, netCDF, HDF4.
std::vector<FormatLibrary> format_libraries();

// "GDAL 3.6.2, HDF5 1.10.8, netCDF 4.9.0, HDF4 4.2.15", or "no HDF4".
std::string library_versions();

}  // namespace unetsr::data
