// Granules of VIIRS vegetation indices.
#include <cmath>

#include "data/formats/vnp13a2_reader.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "VJ113A2.A2027009.h11v04.002.2027026034521.h5");
  fuzz::refused_or_read([&] { data::vnp13a2_contents(path); });
  fuzz::refused_or_read([&] {
    const data::Granule granule = data::read_vnp13a2(path, {});
    fuzz::require(granule.screened_pixels <= granule.land_pixels, "more screened than there are");
    fuzz::require(granule.estimated_pixels <= granule.screened_pixels, "estimates that are used");
    fuzz::require(granule.grid.rows <= 2400 && granule.grid.columns <= 2400, "a grid larger than a tile");
    for (const data::GranuleBand& band : granule.bands)
      fuzz::require(int64_t(band.values.size()) == granule.grid.cells(), "a band of another size");
  });
  return 0;
}
