#include "data/formats/map_metadata.hpp"

#include <gdal_priv.h>

#include "data/crs/gdal.hpp"
#include "data/formats/netcdf_file.hpp"
#include "data/formats/netcdf_raster.hpp"
#include "data/geography/gdal_input.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {

std::string map_metadata(const std::filesystem::path& file, const std::string& name) {
  const QuietGdal quiet;
  if (is_netcdf(file)) return NetcdfFile(file).text(name).value_or("");
  start_gdal();
  const GDALDatasetUniquePtr dataset = open_user_raster(file.string());
  if (!dataset) throw Error(file.string() + ": cannot be opened: " + QuietGdal::complaint());
  const char* text = dataset->GetMetadataItem(name.c_str());
  return text ? text : "";
}

}  // namespace unetsr::data
