#include "data/formats/raster_writer.hpp"

#include <algorithm>
#include <cctype>

#include "data/formats/geotiff_writer.hpp"
#include "data/formats/netcdf_writer.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

}  // namespace

RasterFormat raster_format_of(const std::filesystem::path& file) {
  const std::string extension = lower(file.extension());
  if (extension == ".tif" || extension == ".tiff") return RasterFormat::geotiff;
  if (extension == ".nc") return RasterFormat::netcdf;
  throw UsageError(file.string() + ": its extension is of no format; end it in .tif or .nc, or give --format");
}

std::unique_ptr<RasterWriter> make_raster_writer(RasterFormat format, const std::filesystem::path& file,
                                                 const RasterDescription& description) {
  switch (format) {
    case RasterFormat::geotiff:
      return make_geotiff_writer(file, description);
    case RasterFormat::cog:
      return make_cog_writer(file, description);
    case RasterFormat::netcdf:
      return make_netcdf_writer(file, description);
  }
  return nullptr;
}

}  // namespace unetsr::data
