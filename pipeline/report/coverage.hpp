#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>

// Calibration of a map's standard deviation.
namespace unetsr::pipeline {

inline constexpr std::array<double, 4> interval_levels = {0.5, 0.8, 0.9, 0.95};

// Which share of values lies in the normal interval of each level.
struct Coverage {
  std::string of;  // soundings, truth
  std::array<double, interval_levels.size()> share = {};
  int64_t values = 0;
};

// Counts errors, in units of what they were expected to be (1 sigma).
class CoverageCounts {
 public:
  void add(double error);
  Coverage coverage(const std::string& of) const;

 private:
  std::array<int64_t, interval_levels.size()> inside_ = {};
  int64_t values_ = 0;
};

// Of all errors at once.
Coverage coverage(const std::string& of, std::span<const double> errors);

// "50/80/90/95 % intervals hold 49.1/79.0/88.8/93.9 % of the truth"
std::string in_words(const Coverage&);

}  // namespace unetsr::pipeline
