#include "data/geography/gdal_input.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "data/geography/gdal.hpp"
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

void require_plain_file_system(const std::string& name) {
  constexpr std::array plain = {"/vsizip/", "/vsigzip/", "/vsitar/"};
  for (size_t at = 0; (at = name.find("/vsi", at)) != std::string::npos; ++at)
    if (std::none_of(plain.begin(), plain.end(),
                     [&](const std::string& prefix) { return name.compare(at, prefix.size(), prefix) == 0; }))
      throw Error(name.substr(0, 80) +
                  ": of GDAL's virtual file systems /vsizip/, /vsigzip/ and /vsitar/ are read; fetch the file first");
}

std::string text_of_vrt(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string begin(1024, '\0');
  in.read(begin.data(), std::streamsize(begin.size()));
  begin.resize(size_t(std::max<std::streamsize>(0, in.gcount())));
  if (begin.find("<VRTDataset") == std::string::npos) return "";
  return begin + std::string(std::istreambuf_iterator<char>(in), {});
}

// A file below the VRT's folder, by a relative name.
bool is_of_its_folder(const std::string& source, bool relative) {
  const std::filesystem::path path(source);
  return relative && !path.is_absolute() && source.find(':') == std::string::npos &&
         source.find("/vsi") == std::string::npos && std::find(path.begin(), path.end(), "..") == path.end();
}

void require_own_sources(const std::string& file, int depth = 0) {
  constexpr int deepest = 4;
  const std::string text = text_of_vrt(file);
  const auto refuse = [&](const std::string& what) {
    throw Error(file + ": a VRT " + what + "; make a GeoTIFF of it with gdal_translate");
  };
  if (text.find("<!DOCTYPE") != std::string::npos || text.find("<!ENTITY") != std::string::npos)
    refuse("with entities is not read");
  if (depth > deepest) refuse("of VRTs of VRTs is not read");
  for (const std::string tag : {"<SourceFilename", "<SourceDataset"})
    for (size_t at = 0; (at = text.find(tag, at)) != std::string::npos;) {
      const size_t begin = text.find('>', at), end = text.find('<', begin);
      if (end == std::string::npos) refuse("is cut off");
      const bool relative = text.substr(at, begin - at).find("relativeToVRT=\"1\"") != std::string::npos;
      const std::string source = text.substr(begin + 1, end - begin - 1);
      if (!is_of_its_folder(source, relative)) refuse("whose sources are not files of its own folder is not read");
      require_own_sources((std::filesystem::path(file).parent_path() / source).string(), depth + 1);
      at = end;
    }
}

}  // namespace

GDALDatasetUniquePtr open_user_raster(const std::string& gdal_name) {
  require_plain_file_system(gdal_name);
  if (gdal_name.find("<VRTDataset") != std::string::npos) throw Error("a VRT is read from a file alone");
  require_own_sources(gdal_name);
  return open(gdal_name, GDAL_OF_RASTER, raster_drivers);
}

GDALDatasetUniquePtr open_user_vector(const std::string& gdal_name) {
  require_plain_file_system(gdal_name);
  return open(gdal_name, GDAL_OF_VECTOR, vector_drivers);
}

}  // namespace unetsr::data
