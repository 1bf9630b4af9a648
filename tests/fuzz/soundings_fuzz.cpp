// Files of soundings: TROPOSIF, Caltech and OCO.
#include <cmath>

#include "data/dataset/screens.hpp"
#include "data/formats/sounding_reader.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const auto path = fuzz::file_of(data, size, "soundings.nc");
  fuzz::refused_or_read([&] {
    data::ScreenCounts counts;
    data::read_soundings(path, 1000, [&](const data::Soundings& s) {
      fuzz::require(s.error.size() == s.size() && s.latitudes.size() == s.size() && s.time.size() == s.size() &&
                        s.cloud_fraction.size() == s.size(),
                    "uneven columns");
      for (size_t i = 0; i < s.size(); ++i) {
        if (!data::passes({1, 90, 180, 50}, s, i, counts)) continue;
        fuzz::require(
            std::abs(s.sif[i]) <= 50 && s.error[i] > 0 && std::abs(s.latitude[i]) <= 90 && std::abs(s.time[i]) < 1e12,
            "an impossible sounding passes");
      }
    });
  });
  fuzz::refused_or_read([&] { fuzz::require(data::count_soundings(path) >= 0, "fewer soundings than none"); });
  fuzz::refused_or_read([&] { data::sounding_days(path); });
  fuzz::refused_or_read([&] { data::sounding_places(path); });
  return 0;
}
