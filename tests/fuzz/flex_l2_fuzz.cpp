// FLEX L2, all groups in one file.
#include <cmath>

#include "data/formats/flex_l2_reader.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace unetsr;
  const std::string product = "FLX_L2__FLXSYN_20270712T075954_20270712T080002_20270713T210006_34TFM_100_064_01";
  std::filesystem::create_directories(fuzz::folder() / product);
  const auto path = fuzz::file_of(data, size, product + "/all.nc");
  fuzz::refused_or_read([&] {
    data::read_flex_l2(path, [&](const data::Soundings& s) {
      fuzz::require(s.latitudes.size() == s.size() && s.rejected.size() == s.size() && s.time.size() == s.size(),
                    "uneven columns");
      for (size_t i = 0; i < s.size(); ++i)
        fuzz::require(std::abs(s.latitude[i]) <= 90 && std::abs(s.longitude[i]) <= 360, "a pixel without a place");
    });
  });
  return 0;
}
