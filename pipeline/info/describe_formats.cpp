#include <fmt/format.h>

#include <array>

#include "data/formats/library_versions.hpp"
#include "data/geography/raster_drivers.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/info/describe.hpp"

namespace unetsr::pipeline {
namespace {

struct Format {
  const char *use, *product, *library;
  bool read, written;
};

constexpr std::array<Format, 13> formats = {
    {{"soundings", "TROPOSIF L2B and L2 (*.nc)", "netCDF", true, false},
     {"soundings", "Caltech, ungridded (*.nc)", "netCDF", true, false},
     {"soundings", "OCO-2 and OCO-3 SIF Lite 11 and 11.2 (*.nc4)", "netCDF", true, false},
     {"soundings", "FLEX L2 (FLX_L2__FLXSYN_*)", "netCDF", true, false},
     {"soundings", "others, described in a TOML file (*.nc)", "netCDF", true, false},
     {"indices of VIIRS", "VJ113A2, VJ213A2, VNP13A2, VJ113A1, VJ213A1, VNP13A1 (*.h5)", "HDF5", true, false},
     {"indices of MODIS", "MOD13A2, MYD13A2, MOD13A1, MYD13A1 (*.hdf)", "HDF4", true, false},
     {"maps", "GeoTIFF, COG", "GDAL", true, true},
     {"maps", "netCDF (CF)", "netCDF", true, true},
     {"datasets, runs", "HDF5", "HDF5", true, true},
     {"simulated scenes", "TROPOSIF L2B, OCO-2 SIF Lite", "netCDF", false, true},
     {"simulated scenes", "VJ113A2", "HDF5", false, true},
     {"simulated scenes", "MOD13A2", "HDF4", false, true}}};

}  // namespace

Description describe_formats() {
  Description d;
  d.json = {{"kind", "formats"}};
  bool hdf4 = true;
  for (const data::FormatLibrary& library : data::format_libraries()) {
    d.json["libraries"][library.name] = library.version;
    d.text += fmt::format("{:<7} {}\n", library.name, library.version.empty() ? "not in this build" : library.version);
    if (library.name == "HDF4") hdf4 = !library.version.empty();
  }
  TextTable table({"use", "format", "library", "reads", "writes"}, {1, 2});
  for (const Format& f : formats) {
    const bool here = hdf4 || std::string(f.library) != "HDF4";
    const auto word = [&](bool wanted) { return !wanted ? "-" : here ? "yes" : "no"; };
    table.add({f.use, f.product, f.library, word(f.read), word(f.written)});
    d.json["formats"].push_back({{"use", f.use},
                                 {"format", f.product},
                                 {"library", f.library},
                                 {"reads", f.read && here},
                                 {"writes", f.written && here}});
  }
  d.text += "\n" + table.text() + "\nrasters of --aux: drivers of GDAL\n ";
  for (const std::string& driver : data::available_raster_drivers()) {
    d.json["raster_drivers"].push_back(driver);
    d.text += " " + driver;
  }
  d.text += "\n";
  if (!hdf4) d.text += "\nthis build reads no HDF4: build with -DUNETSR_HDF4=ON for granules of MODIS\n";
  return d;
}

}  // namespace unetsr::pipeline
