#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/scores/map_metrics.hpp"
#include "data/scores/metrics.hpp"
#include "pipeline/report/content.hpp"
#include "pipeline/report/coverage.hpp"

namespace unetsr::pipeline::report {

// A map on the footprints of OCO, all of which each entry has a value on.
struct ValidatedEntry {
  std::string name;
  bool baseline = false;  // or a map of others
  data::Metrics metrics;  // prediction: the map's mean over a footprint; target: OCO
  data::MetricIntervals intervals;
  double r = 0;                    // Pearson's correlation
  double clear_rmse = 0;           // without OCO's noise: root of RMSE^2 - mean sigma^2; 0 where that is below 0
  data::Estimate skill = {};       // 1 - squared error over that of ValidateReport::skill_reference
  data::Estimate less_first = {};  // RMSE minus that of the first map; NaN for that one
  double scale = 1;                // the slope through the origin of OCO on the map: sum p t / sum p^2
  data::Metrics scaled;            // after the map was multiplied by it
  data::MetricIntervals scaled_intervals;
  std::optional<Coverage> coverage;    // of intervals from OCO's sigma and the map's deviation, after the slope
  std::optional<data::Metrics> truth;  // the map's means against those of the truth
};

// Some of the footprints: family "mode", stratum "nadir".
struct ValidationStratum {
  std::string family, name;
  std::vector<data::Metrics> metrics;  // in the order of the entries, as measured
};

// Maps against the footprints of OCO-2, OCO-3 and FLEX.
struct ValidateReport {
  std::string kind;                                      // instantaneous, daily
  std::vector<std::string> sensors;                      // "OCO-2 11.2r"
  std::vector<std::string> windows;                      // labels
  std::vector<std::pair<std::string, int64_t>> screens;  // what each removed
  std::string skill_reference;                           // empty: none
  int64_t footprints = 0, days = 0;
  double noise = 0;        // root mean square of OCO's sigma, mW m-2 sr-1 nm-1
  double noise_share = 0;  // of the variance of OCO's values
  int window_cells = 0;    // side of the windows that variances are estimated over, in cells of the first map
  double freedom = 0;
  bool too_narrow = false;              // intervals of an entry hold less often than they should
  std::vector<ValidatedEntry> entries;  // the maps in their order, then baselines, the best first
  std::vector<ValidationStratum> strata;
  std::vector<float> measured;                // by footprint
  std::vector<std::vector<float>> means;      // of each entry
  data::Grid residual_grid;                   // of blocks of cells of the first map
  std::vector<std::vector<float>> residuals;  // of each entry: mean of OCO minus the map in a block; NaN: none
  RunProvenance provenance;

  // What noise leaves to a perfect map.
  double ceiling_r2() const { return 1 - noise_share; }
};

// The whole page: one HTML text that needs nothing else.
std::string validate_page(const ValidateReport&);

}  // namespace unetsr::pipeline::report
