#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/soundings.hpp"

namespace unetsr::data {

// Limits that a sounding must keep to be used.
struct Screens {
  double cloud_fraction = 0.5;  // at most
  double vza = 60, sza = 70;    // at most, degrees
  double error = 2;             // at most, mW m-2 sr-1 nm-1
};

// How many soundings each screen removed: a sounding is counted once, at the first screen that it fails.
struct ScreenCounts {
  int64_t read = 0, missing = 0, cloud = 0, vza = 0, sza = 0, error = 0;

  int64_t kept() const { return read - missing - cloud - vza - sza - error; }
  // What was removed, screen by screen, for the user.
  std::vector<std::pair<std::string, int64_t>> lines() const;
};

// Whether sounding i passes. Missing: SIF, its error, position or time; a missing angle or cloud fraction fails its own
// screen.
bool passes(const Screens&, const Soundings&, size_t i, ScreenCounts&);

}  // namespace unetsr::data
