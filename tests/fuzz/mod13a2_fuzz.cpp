// Granules of MODIS vegetation indices.
#include <cmath>

#include "data/formats/mod13a2_reader.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "MOD13A2.A2019145.h11v04.061.2019162034521.hdf");
  fuzz::refused_or_read([&] { data::mod13a2_contents(path); });
  fuzz::refused_or_read([&] {
    const data::Granule granule = data::read_mod13a2(path, {});
    fuzz::require(granule.screened_pixels <= granule.land_pixels, "more screened than there are");
    for (const data::GranuleBand& band : granule.bands) {
      fuzz::require(int64_t(band.values.size()) == granule.grid.cells(), "a band of another size");
      if (band.layer != "ndvi") continue;
      for (const float v : band.values) fuzz::require(!(v < -0.2001f) && !(v > 1.0001f), "an index out of its range");
    }
  });
  return 0;
}
