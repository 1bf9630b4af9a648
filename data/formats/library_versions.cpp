#include "data/formats/library_versions.hpp"

#include <gdal.h>
#include <hdf5.h>
#include <netcdf.h>

#include "data/formats/hdf4.hpp"

namespace unetsr::data {

std::vector<FormatLibrary> format_libraries() {
  // Not H5get_libversion: a first call starts the library, with a clean-up at exit that damaged files would crash.
  const std::string hdf5 =
      std::to_string(H5_VERS_MAJOR) + "." + std::to_string(H5_VERS_MINOR) + "." + std::to_string(H5_VERS_RELEASE);
  const std::string netcdf = nc_inq_libvers();  // "4.9.0 of Oct 27 2022 ..."
  return {{"GDAL", GDALVersionInfo("RELEASE_NAME")},
          {"HDF5", hdf5},
          {"netCDF", netcdf.substr(0, netcdf.find(' '))},
          {"HDF4", hdf4_version()}};
}

std::string library_versions() {
  std::string text;
  for (const FormatLibrary& library : format_libraries())
    text += (text.empty() ? "" : ", ") +
            (library.version.empty() ? "no " + library.name : library.name + " " + library.version);
  return text;
}

}  // namespace unetsr::data
