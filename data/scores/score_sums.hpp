#pragma once
#include "data/scores/metrics.hpp"

namespace unetsr::data {

// The sums over pairs of a prediction p and its target t from which Metrics are computed. Sums of parts add up to those
// of the whole.
struct ScoreSums {
  double n = 0, p = 0, t = 0, pp = 0, tt = 0, pt = 0;
  double absolute = 0, squared = 0;  // of p - t

  // Pairs of which one is missing add nothing.
  void add(float prediction, float target);
  // The sums `times` over.
  void add(const ScoreSums&, double times = 1);
};

// The figures of the pairs that were added.
Metrics metrics_of(const ScoreSums&);

}  // namespace unetsr::data
