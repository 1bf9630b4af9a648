#include "data/geography/gdal_input.hpp"

#include <algorithm>
#include <array>

#include "data/crs/gdal.hpp"
#include "data/dataset/own_values.hpp"
#include "data/geography/raster_drivers.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

// docs/formats.md lists them.
constexpr std::array raster_drivers = {"GTiff",     "VRT",         "netCDF", "HDF4",    "HDF4Image", "HDF5",
                                       "HDF5Image", "HFA",         "ENVI",   "AAIGrid", "SAGA",      "ERS",
                                       "EHdr",      "JP2OpenJPEG", "GPKG",   "SRTMHGT"};
constexpr std::array vector_drivers = {"GPKG",   "GeoJSON",     "ESRI Shapefile", "FlatGeobuf", "KML",
                                       "LIBKML", "OpenFileGDB", "MapInfo File",   "TopoJSON"};

template <size_t count>
GDALDatasetUniquePtr open(const std::string& name, unsigned flags, const std::array<const char*, count>& drivers) {
  start_gdal();
  std::array<const char*, count + 1> allowed = {};
  std::copy(drivers.begin(), drivers.end(), allowed.begin());
  return GDALDatasetUniquePtr(GDALDataset::Open(name.c_str(), flags | GDAL_OF_READONLY, allowed.data()));
}

bool is_raster_driver(const std::string& name) {
  return std::find(raster_drivers.begin(), raster_drivers.end(), name) != raster_drivers.end();
}

}  // namespace

GDALDatasetUniquePtr open_user_raster(const std::string& gdal_name, VrtSources allowed) {
  start_gdal();
  require_plain_file_system(gdal_name);
  if (gdal_name.find("<VRTDataset") != std::string::npos) throw Error("a VRT is read from a file alone");
  require_allowed_sources(gdal_name, allowed, is_raster_driver);
  const std::string whole = file_of_data_set(gdal_name);
  require_own_values(whole.empty() ? gdal_name : whole);
  GDALDatasetUniquePtr dataset = open(gdal_name, GDAL_OF_RASTER, raster_drivers);
  if (dataset && dataset->GetDriver() && gdal_name.find("/vsi") != std::string::npos &&
      std::string(dataset->GetDriver()->GetDescription()).starts_with("HDF5"))
    throw Error(gdal_name + ": HDF5 in an archive is not read; unpack it");
  return dataset;
}

GDALDatasetUniquePtr open_user_vector(const std::string& gdal_name) {
  require_plain_file_system(gdal_name);
  return open(gdal_name, GDAL_OF_VECTOR, vector_drivers);
}

std::vector<std::string> available_raster_drivers() {
  start_gdal();
  std::vector<std::string> names;
  for (const char* name : raster_drivers)
    if (GetGDALDriverManager()->GetDriverByName(name)) names.emplace_back(name);
  return names;
}

}  // namespace unetsr::data
