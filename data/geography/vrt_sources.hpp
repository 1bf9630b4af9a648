#pragma once
#include <string>

// The files that GDAL's virtual rasters (VRT) read.
namespace unetsr::data {

enum class VrtSources {
  own_folder,  // files of the VRT's folder or below, named relative to it
  anywhere     // any file of this machine, and data sets of files in the drivers' own names
};

// Throws Error for a name in a virtual file system of GDAL other than /vsizip/, /vsigzip/ and /vsitar/.
void require_plain_file_system(const std::string& gdal_name);

// The file behind a driver's own name of a data set, as HDF4_EOS:EOS_GRID:"f.hdf":grid:field, of a file that is there;
// empty for all other names. `folder`: where relative names begin, if not here.
std::string file_of_data_set(const std::string& gdal_name, const std::string& folder = "");

// Where the file is a VRT. Throws Error naming it: a source that is not allowed, does not exist or is read by a driver
// for which `is_driver` is false; HDF5 that leads to other files; entities; VRTs of VRTs nested more than four deep.
// All else passes.
void require_allowed_sources(const std::string& file, VrtSources, bool (*is_driver)(const std::string& name));

}  // namespace unetsr::data
