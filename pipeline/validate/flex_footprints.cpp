#include "pipeline/validate/flex_footprints.hpp"

#include <cmath>
#include <utility>

#include "data/dataset/missing.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {

data::OcoFootprints as_footprints(data::Soundings soundings) {
  data::OcoFootprints all;
  const size_t count = soundings.size();
  for (const float cloud : soundings.cloud_fraction)
    all.cloud.push_back(std::isnan(cloud) ? int8_t(2) : int8_t(cloud > 0));
  for (const uint8_t rejected : soundings.rejected) all.quality.push_back(rejected ? int8_t(2) : int8_t(0));
  all.mode.assign(count, -1), all.igbp.assign(count, -1), all.orbit.assign(count, -1);
  for (auto* column : {&all.daily_sif, &all.daily_factor, &all.sif_757, &all.sif_771, &all.sigma_757, &all.sigma_771})
    column->assign(count, data::missing);
  all.sensor = "FLEX", all.version = "L2";
  all.footprints = std::move(soundings);
  return all;
}

data::OcoFootprints flex_footprints(const std::filesystem::path& file) {
  constexpr size_t at_once = 1 << 16;
  data::Soundings all;
  isolated::read_soundings(file, at_once, [&](const data::Soundings& part) {
    for (size_t i = 0; i < part.size(); ++i) {
      all.append(part, i);
      all.rejected.push_back(part.rejected[i]);
    }
  });
  return as_footprints(std::move(all));
}

}  // namespace unetsr::pipeline
