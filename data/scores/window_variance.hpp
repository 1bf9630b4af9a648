#pragma once
#include <optional>
#include <span>
#include <vector>

#include "data/scores/metrics.hpp"
#include "data/scores/place_blocks.hpp"

namespace unetsr::data {

// The sampling variance of a figure that is computed from spatially correlated errors.
//
// A figure's influence of a block is what the block's cells add to the figure's deviation from its expectation. The
// variance of their sum is estimated by V(b), the mean over all windows of b x b blocks, wherever they lie, of the
// squared sum of the influences inside, as if windows were independent (Kuensch 1989; for space Lahiri 2003, ch. 12).
// V(b) is too small where errors are correlated across the edges of windows, by about a share of 1 / b. So the estimate
// is V(b) V(b) / V(b / 2), extrapolated to wide windows, and divided by what the influences lose because they add up to
// 0. The shape of the scored area gives the degrees of freedom for Student's t. b is the largest even
// number that leaves at least seven, or 2.
class WindowVariance {
 public:
  static constexpr double least_freedom = 5;  // an interval from fewer means little
  // Of V(b) / V(b / 4), which is 1 for independent blocks and 16 for equal ones. With exponentially correlated errors
  // on a square it is about 3.4 where the correlation length is a sixteenth of the side, and 5.2 at an eighth.
  static constexpr double most_growth = 4;

  struct Variance {
    double value = 0;
    double freedom = 0;      // degrees of freedom: those of the area, or one less than there are influences
    bool too_small = false;  // V still grows by more than most_growth
  };

  // `weights`: how many cells (or soundings) of each block are scored.
  WindowVariance(const PlaceBlocks&, std::span<const double> weights);

  // Whether the area is large enough for least_freedom.
  bool possible() const { return freedom_ >= least_freedom; }
  int side() const { return side_; }  // b
  double freedom() const { return freedom_; }

  // `influences`: one a block, 0 where nothing is scored; all are finite.
  Variance of(std::span<const double> influences) const;

 private:
  double windows(const std::vector<double>& sums, int side) const;

  int rows_, columns_;
  int side_ = 2;
  double freedom_ = 0, kept_ = 1;  // kept_: the share of the variance that influences keep
};

// From `value` - t s to `value` + t s, t the 97.5 % quantile of Student's t, s the root of the variance; none where
// anything is not finite, or there is too little freedom.
std::optional<Interval> interval_about(double value, const WindowVariance::Variance&);

}  // namespace unetsr::data
