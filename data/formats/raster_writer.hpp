#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/grid.hpp"
#include "kernels/enum_names.hpp"

// Writes maps on one grid as a file that other programs read. The file is north up, whichever way the grid's rows run.
namespace unetsr::data {

enum class RasterFormat { geotiff, cog, netcdf };

// By the extension: .tif and .tiff are GeoTIFF, .nc is NetCDF. Throws UsageError naming --format.
RasterFormat raster_format_of(const std::filesystem::path&);

struct RasterDescription {
  Grid grid;
  std::vector<std::string> windows;  // labels; one band each
  int window_days = Window::composite_days;
  bool with_error = false;   // each band is followed by one of its standard deviation
  bool with_filled = false;  // and by one of flags: 1 where the value filled a gap, else 0
  std::string name, long_name, units;
  std::string standard_name, cell_methods;  // of CF; empty: none
  std::string title, source, history;
  std::string summary, keywords, created;  // of ACDD (created: ISO 8601, UTC); empty: not stated
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<std::string> creation_options;  // KEY=VALUE of the format's driver in GDAL; netCDF: ZLEVEL=0..9
};

// Bands are float32, tiles of 512 cells, deflated, NaN where missing.
//   GTiff   overviews by average, BIGTIFF where it may be needed
//   COG     the same, as a cloud-optimised GeoTIFF
//   netCDF  CF-1.12, ACDD-1.3: (time, y, x), the standard deviation as <name>_error, the flags as <name>_filled, lat
//           and lon of the cells of a projected grid; time (unlimited), with the period as bounds, where all labels are
//           dates in their order, else the labels as texts
class RasterWriter {
 public:
  virtual ~RasterWriter() = default;
  // Values of a part's cells, in the grid's order. Throws Error (a full disk).
  virtual void write(int window, const Part&, std::span<const float> values) = 0;
  // The same of the standard deviation, where the description has one.
  virtual void write_error(int window, const Part&, std::span<const float> values) = 0;
  // The same of the flags.
  virtual void write_filled(int window, const Part&, std::span<const float> flags) = 0;
  // Adds metadata that became known with the values.
  virtual void add_metadata(const std::string& key, const std::string& value) = 0;
  // Completes the file. Calls go_on() now and then; stops and returns false where that returns false. Throws Error.
  virtual bool finish(const std::function<bool()>& go_on) = 0;
};

// Writes straight to `file`, replacing it. Throws UsageError naming a creation option that the format does not have, or
// an unknown reference system.
std::unique_ptr<RasterWriter> make_raster_writer(RasterFormat, const std::filesystem::path& file,
                                                 const RasterDescription&);

}  // namespace unetsr::data

template <>
struct unetsr::EnumNames<unetsr::data::RasterFormat> {
  static constexpr const char* what = "format";
  static constexpr std::pair<unetsr::data::RasterFormat, const char*> names[] = {
      {unetsr::data::RasterFormat::geotiff, "GTiff"},
      {unetsr::data::RasterFormat::cog, "COG"},
      {unetsr::data::RasterFormat::netcdf, "netCDF"}};
};
