#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "data/correction/map_uncertainty.hpp"

// Whether a map is as far off as it says.
namespace unetsr::pipeline {

class FootprintProtocol;

inline constexpr std::array<double, 4> interval_levels = {0.5, 0.8, 0.9, 0.95};

// Which share of values lies in the normal interval of each level.
struct Coverage {
  std::string of;  // soundings, truth
  std::array<double, interval_levels.size()> share = {};
  int64_t values = 0;
};

// errors: in units of what they were expected to be (1 sigma).
Coverage coverage(const std::string& of, std::span<const double> errors);

// Residuals of soundings against what the map's uncertainty and their own noise make expected.
Coverage coverage_of_soundings(const FootprintProtocol&, std::span<const data::SoundingResidual>,
                               const data::MapUncertainty&);
// A map against the truth, on the chosen cells where both are present. `left`: as Conserver::Outcome has it.
Coverage coverage_of_truth(const std::string& of, std::span<const float> map, std::span<const float> truth,
                           const data::Mask& cells, std::span<const float> left, const data::ConservedUncertainty&);

// "50/80/90/95 % intervals hold 49.1/79.0/88.8/93.9 % of the truth"
std::string in_words(const Coverage&);

}  // namespace unetsr::pipeline
