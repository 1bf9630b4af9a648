#include "data/formats/library_versions.hpp"

#include <gdal.h>
#include <hdf5.h>
#include <netcdf.h>

namespace unetsr::data {

std::string library_versions() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  const std::string netcdf = nc_inq_libvers();  // "4.9.0 of Oct 27 2022 ..."
  return std::string("GDAL ") + GDALVersionInfo("RELEASE_NAME") + ", HDF5 " + std::to_string(major) + "." +
         std::to_string(minor) + "." + std::to_string(release) + ", netCDF " + netcdf.substr(0, netcdf.find(' '));
}

}  // namespace unetsr::data
