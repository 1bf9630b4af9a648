#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "data/dataset/mask.hpp"

namespace unetsr::data {

// How well a prediction p meets its target t over the cells where both are present.
struct Metrics {
  double r2 = 0;                       // 1 - sum (p - t)^2 / sum (t - mean t)^2; NaN where t is constant
  double pearson_r2 = 0;               // squared correlation; NaN where p or t is constant
  double mae = 0, rmse = 0, bias = 0;  // bias: mean of p - t
  double slope = 0;                    // of the least-squares line of p on t
  int64_t cells = 0;                   // without any, all else is NaN
};

// In 95 % of areas with errors of the same kind it holds the expected figure.
struct Interval {
  double low = 0, high = 0;
  bool too_narrow = false;  // errors are correlated too far for this area: it holds the figure less often
};

// Of the figures of Metrics; none where too few blocks have cells.
struct MetricIntervals {
  std::optional<Interval> r2, pearson_r2, mae, rmse, bias, slope;
};

// `cells`: only these (all, if empty). Throws ShapeError if the sizes differ.
Metrics score(std::span<const float> prediction, std::span<const float> target, const Mask& cells = {});

// The paper's R2: prediction and target are (patches, positions), complete; the mean over the positions of the R2 over
// the patches. As in scikit-learn's r2_score, a position whose target is constant counts 1 if predicted exactly, else
// 0.
double position_r2(std::span<const float> prediction, std::span<const float> target, int64_t patches);

}  // namespace unetsr::data
