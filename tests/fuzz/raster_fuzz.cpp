// Rasters of --aux.
#include <cmath>

#include "data/crs/gdal.hpp"
#include "data/formats/raster_reader.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const std::string file = fuzz::file_of(data, size, "raster.nc");
  const data::QuietGdal quiet;
  const auto read = [](const std::string& name) {
    const std::unique_ptr<data::RasterSource> source = data::open_raster(name);
    fuzz::require(source->grid.rows > 0 && source->grid.columns > 0 && !source->bands.empty(), "an empty raster");
    const int band = 1;
    const data::Raster raster = data::read_bands(*source, {&band, 1}, data::value_rules(source->bands[0].attributes));
    fuzz::require(int64_t(raster.values.size()) == raster.grid.cells(), "values of another size");
    for (const float v : raster.values) fuzz::require(!std::isinf(v), "an infinite value");
    data::on_grid(raster, {4, 4, 10.25, 0.5, 49.75, -0.5, "EPSG:4326"}, data::Resampling::nearest);
  };
  std::vector<std::string> sets;
  fuzz::refused_or_read([&] { sets = data::data_sets_of(file); });
  fuzz::refused_or_read([&] { read(file); });
  for (size_t i = 0; i < std::min<size_t>(sets.size(), 4); ++i)
    fuzz::refused_or_read([&] { read(file + ":" + sets[i]); });
  return 0;
}
