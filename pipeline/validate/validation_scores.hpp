#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"
#include "pipeline/report/validate_report.hpp"
#include "pipeline/validate/validation_maps.hpp"
#include "pipeline/validate/validation_soundings.hpp"

namespace unetsr::pipeline {

// Footprints on which a map has no value, which are scored for no map: 0.
std::vector<uint8_t> on_all_maps(const std::vector<MapOnFootprints>&);

// One stratum of each footprint; -1: none.
struct ValidationStrata {
  std::string family;
  std::vector<std::string> names;
  std::vector<int> of_footprint;
};
// By mode, season, land cover (IGBP, of OCO's files), sensor and window; none that has but one stratum.
std::vector<ValidationStrata> strata_of(const ValidationSoundings&, const std::vector<std::string>& windows);
// By how many of the dataset's soundings the map's cells under a footprint rest on, in the mean.
std::optional<ValidationStrata> by_soundings(const std::vector<float>& counts);

// Fills all of the report that is computed from values: entries, intervals, strata, residuals. `grid`: of the first
// map, on which blocks for the intervals lie (pipeline/evaluate/figure_intervals.hpp). `truth`: means of the known
// truth; empty: unknown. Baselines are sorted by their RMSE. Throws Error where fewer than 10 footprints are left.
void score_footprints(std::vector<MapOnFootprints>, const ValidationSoundings&, const std::vector<ValidationStrata>&,
                      const data::Grid& grid, const std::vector<float>& truth, report::ValidateReport&);

}  // namespace unetsr::pipeline
