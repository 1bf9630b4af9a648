#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset/soundings.hpp"

namespace unetsr::data {

// The footprints of OCO-2 or OCO-3 of one file (about 1.3 x 2.25 km each), column by column: entry i of every column
// is the same footprint. All SIF in mW m-2 sr-1 nm-1, NaN where missing; negative values are data.
struct OcoFootprints {
  // Instantaneous SIF at 740 nm, 0.75 (SIF at 757 nm + 1.5 SIF at 771 nm), its 1 sigma, place, corners, time and
  // angles; `pixel` is the footprint's number in the swath, 1 to 8. The cloud fraction is 0 of what the A-band
  // preprocessor classified as clear, 1 of what it classified as cloudy, else NaN.
  Soundings footprints;
  std::vector<float> daily_sif;     // the same at 740 nm over the day: times daily_factor, of a clear sky
  std::vector<float> daily_factor;  // mean over 24 hours of the cosine of the sun's zenith angle, over that cosine
  std::vector<float> sif_757, sif_771, sigma_757, sigma_771;  // the two retrievals, offset-adjusted
  std::vector<int8_t> quality;  // 0 best, 1 good, 2 failed, -1 not investigated or missing
  std::vector<int8_t> cloud;    // 0 clear, 1 cloudy, 2 not classified or missing
  std::vector<int8_t> mode;     // 0 nadir, 1 glint, 2 target, 3 area map, 4 transition, -1 missing
  std::vector<int8_t> igbp;     // land cover of the IGBP legend, 1 to 17, -1 missing
  std::vector<int64_t> orbit;   // -1 missing
  std::string sensor;           // "OCO-2", "OCO-3"
  std::string version;          // of the collection: "11r", "11.2r"

  size_t size() const { return footprints.size(); }
};

// All columns of `part` behind those of `all`.
void append(const OcoFootprints& part, OcoFootprints& all);

// "nadir", "glint", "target", "area map", "transition", "unknown".
const char* oco_mode_name(int8_t mode);

}  // namespace unetsr::data
