// SIF Lite files of OCO-2 and OCO-3.
#include <cmath>

#include "data/formats/oco_lite_reader.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "oco2_LtSIF_190610_B11012Ar_220727210512s.nc4");
  fuzz::refused_or_read([&] {
    const data::OcoFootprints all = data::read_oco_lite(path);
    const data::Soundings& s = all.footprints;
    const size_t n = all.size();
    fuzz::require(s.longitudes.size() == n && s.error.size() == n && s.time.size() == n && all.daily_sif.size() == n &&
                      all.sigma_771.size() == n && all.mode.size() == n && all.orbit.size() == n,
                  "uneven columns");
    for (size_t i = 0; i < n; ++i) {
      fuzz::require(!(std::abs(s.sif[i]) > 50) && !(s.error[i] <= 0) && !(std::abs(s.latitude[i]) > 90),
                    "what cannot be is not missing");
      fuzz::require(all.quality[i] >= -1 && all.quality[i] <= 2 && all.cloud[i] >= 0 && all.cloud[i] <= 2,
                    "a flag outside its values");
    }
  });
  return 0;
}
