#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/soundings.hpp"

namespace unetsr::data {

// Limits that a sounding must keep to be used. They are compared as floats, the type of the files, where 0.2f (which is
// above 0.2), 0.8f, 60 and 70 stand exactly.
struct Screens {
  double cloud_fraction = 0.5;  // at most
  double vza = 60, sza = 70;    // at most, degrees
  double error = 2;             // at most, mW m-2 sr-1 nm-1
  // Seconds since 1970-01-01: the times that the file's name allows.
  double first_time = -std::numeric_limits<double>::infinity(), last_time = std::numeric_limits<double>::infinity();
};

// Beyond these a value is a code for "missing" that nobody declared, or damaged, whatever the screens are. A full
// canopy's SIF at 740 nm is below 10 mW m-2 sr-1 nm-1 (the paper's cells: 95 % below 1.9), and one sounding's error
// about 0.5 (TROPOSIF): 50 is what no sounding has, while -99 and -999 are codes. Angles, latitudes and longitudes have
// the bounds of their definitions; night has a sun zenith angle beyond 90. A retrieved cloud fraction may leave 0..1 by
// a little.
namespace sounding_bounds {
inline constexpr float sif = 50;             // either sign; and the error's
inline constexpr float vza = 90, sza = 180;  // and at least 0
inline constexpr float cloud_low = -0.1f, cloud_high = 1.1f;
inline constexpr double latitude = 90, longitude = 360;  // either sign; of corners too
inline constexpr double extent = 2;                      // degrees of a great circle from the centre to a corner
inline constexpr double time = 2.5e11;                   // either sign: seconds, some 8000 years
}  // namespace sounding_bounds

// The number of soundings that each screen removed: a sounding is counted once, at the first screen that it fails.
struct ScreenCounts {
  int64_t read = 0, missing = 0, cloud = 0, vza = 0, sza = 0, error = 0;
  int64_t rejected = 0;  // by the product's own quality flag
  // Impossible values.
  int64_t impossible_place = 0, impossible_time = 0, impossible_sif = 0, impossible_angle = 0, impossible_cloud = 0;

  int64_t impossible() const {
    return impossible_place + impossible_time + impossible_sif + impossible_angle + impossible_cloud;
  }
  int64_t kept() const { return read - missing - rejected - impossible() - cloud - vza - sza - error; }
  // What was removed, screen by screen, for the user. Screens of quality flags and impossible values are listed only
  // where they removed any.
  std::vector<std::pair<std::string, int64_t>> lines() const;
};

// Whether sounding i passes. Missing: SIF, its error, position or time; a missing angle or cloud fraction fails its own
// screen, as does an error that is not above 0.
bool passes(const Screens&, const Soundings&, size_t i, ScreenCounts&);

}  // namespace unetsr::data
