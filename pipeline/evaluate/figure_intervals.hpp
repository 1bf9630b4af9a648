#pragma once
#include <array>
#include <optional>
#include <tuple>
#include <vector>

#include "data/scores/window_variance.hpp"
#include "pipeline/evaluate/map_scorer.hpp"

// 95 % intervals of the figures of a pool's entries, and of differences of their RMSE.
namespace unetsr::pipeline {

// An entry's scores, put together over the folds: one a seed.
using ScoredSeeds = std::vector<ScoredMap>;

// The figures of Metrics, then those of MapMetrics.
using Figures = std::array<double, data::metric_figures.size() + data::map_figures.size()>;

// `reference`: of skill, on the same cells.
Figures figures_of(const data::MapSums&, const data::MapSums& reference);
Figures mean_of(const std::vector<Figures>& seeds);

// How much each block of the scene contributes to the deviation of an entry's figures from their expectations: by
// leaving out one block at a time (the jackknife). Variances are those of data::WindowVariance. A figure's interval is
// symmetric on a scale on which its errors nearly are: the logarithm of RMSE, MAE, 1 - R2 and the like, Fisher's z of
// the correlation, the logit of a share.
class FigureIntervals {
 public:
  // All entries are scored on the same cells. `reference`: the entry that skill is against, of one seed.
  FigureIntervals(const std::vector<ScoredSeeds>&, size_t reference, const data::PlaceBlocks&);

  const data::WindowVariance& windows() const { return windows_; }
  // None where there are too few blocks, or the figure does not apply. Too narrow where its own variance is too small,
  // or that of the entry's bias or RMSE is.
  std::optional<data::Interval> of(size_t entry, size_t figure) const;
  // Of the RMSE of an entry minus that of another.
  std::optional<data::Interval> of_difference(size_t entry, size_t other) const;

 private:
  using Influences = std::vector<double>;  // of each block

  data::WindowVariance windows_;
  std::vector<Figures> values_;                                                 // by entry
  std::vector<std::array<Influences, std::tuple_size_v<Figures>>> influences_;  // likewise, on the figures' scales
  std::vector<Influences> rmse_influences_;                                     // on the RMSE's own scale
  std::vector<bool> too_far_;  // whether errors are correlated too far for the scored area
};

}  // namespace unetsr::pipeline
