#include "data/dataset/screens.hpp"

#include <cmath>

namespace unetsr::data {

std::vector<std::pair<std::string, int64_t>> ScreenCounts::lines() const {
  return {{"missing values", missing},
          {"cloud fraction", cloud},
          {"viewing zenith angle", vza},
          {"sun zenith angle", sza},
          {"SIF error", error}};
}

bool passes(const Screens& screens, const Soundings& s, size_t i, ScreenCounts& counts) {
  ++counts.read;
  int64_t* failed = nullptr;
  if (std::isnan(s.sif[i]) || std::isnan(s.error[i]) || std::isnan(s.time[i]) || std::isnan(s.longitude[i]) ||
      std::isnan(s.latitude[i]))
    failed = &counts.missing;
  else if (!(double(s.cloud_fraction[i]) <= screens.cloud_fraction))
    failed = &counts.cloud;
  else if (!(double(s.vza[i]) <= screens.vza))
    failed = &counts.vza;
  else if (!(double(s.sza[i]) <= screens.sza))
    failed = &counts.sza;
  else if (!(double(s.error[i]) <= screens.error && s.error[i] > 0))
    failed = &counts.error;
  if (failed) ++*failed;
  return !failed;
}

}  // namespace unetsr::data
