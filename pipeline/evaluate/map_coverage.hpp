#pragma once
#include <span>

#include "data/correction/map_uncertainty.hpp"
#include "data/dataset/mask.hpp"
#include "pipeline/report/coverage.hpp"

namespace unetsr::pipeline {

class SoundingComparison;

// Residuals of soundings against what the map's uncertainty and their own noise make expected.
Coverage coverage_of_soundings(const SoundingComparison&, std::span<const data::SoundingResidual>,
                               const data::MapUncertainty&);
// Counts the errors of a map against the truth, on the chosen cells where both are present. `left`: as
// Conserver::Outcome has it.
void add_coverage(std::span<const float> map, std::span<const float> truth, const data::Mask& cells,
                  std::span<const float> left, const data::ConservedUncertainty&, CoverageCounts&);

}  // namespace unetsr::pipeline
