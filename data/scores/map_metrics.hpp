#pragma once
#include <array>
#include <limits>
#include <optional>

#include "data/scores/metrics.hpp"
#include "data/scores/score_sums.hpp"

namespace unetsr::data {

// A figure and its 95 % interval, where there is one. NaN: it does not apply here, or cannot be computed.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  std::optional<Interval> interval = {};
};

// Figures of a map that depend on more than single cells (for those see Metrics), on the same cells.
//   skill               1 - squared error / squared error of a reference map; 0: no better than it, below 0: worse
//   ssim                mean structural similarity to the target (data/scores/ssim.hpp); 1: identical
//   spectral_ratio      power of the map over that of the target at wavelengths shorter than two coarse cells
//                       (data/scores/power_spectrum.hpp); 1: as much detail, below 1: too smooth. A noisy target has
//                       more power than any good map
//   reaggregation_rmse  root mean square of the map's means over footprints minus the measurements there
//                       (data/scores/reaggregation.hpp), mW m-2 sr-1 nm-1
//   negative_share      share of cells below 0
struct MapMetrics {
  Estimate skill, ssim, spectral_ratio, reaggregation_rmse, negative_share;
};

// Every figure with the name that files give it.
struct MetricFigure {
  const char* name;
  double Metrics::*value;
  std::optional<Interval> MetricIntervals::*interval;
};
inline constexpr std::array<MetricFigure, 6> metric_figures = {
    {{"r2", &Metrics::r2, &MetricIntervals::r2},
     {"pearson_r2", &Metrics::pearson_r2, &MetricIntervals::pearson_r2},
     {"mae", &Metrics::mae, &MetricIntervals::mae},
     {"rmse", &Metrics::rmse, &MetricIntervals::rmse},
     {"bias", &Metrics::bias, &MetricIntervals::bias},
     {"slope", &Metrics::slope, &MetricIntervals::slope}}};
struct MapFigure {
  const char* name;
  Estimate MapMetrics::*estimate;
};
inline constexpr std::array<MapFigure, 5> map_figures = {{{"skill", &MapMetrics::skill},
                                                          {"ssim", &MapMetrics::ssim},
                                                          {"spectral_ratio", &MapMetrics::spectral_ratio},
                                                          {"reaggregation_rmse", &MapMetrics::reaggregation_rmse},
                                                          {"negative_share", &MapMetrics::negative_share}}};

// The sums from which a map's figures are computed: sums of parts of a map add up to those of the whole.
struct MapSums {
  ScoreSums score;
  double ssim_cells = 0, ssim = 0;
  double cells = 0, negative = 0;
  double remeasured = 0, remeasured_squares = 0;
  double detail = 0, target_detail = 0;  // power of map and target at wavelengths shorter than two coarse cells

  void add(const MapSums&, double times = 1);
};

// The figures without intervals. `reference`: of skill, on the same cells.
MapMetrics map_metrics_of(const MapSums&, const ScoreSums& reference);

}  // namespace unetsr::data
