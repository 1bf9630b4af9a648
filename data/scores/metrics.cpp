#include "data/scores/metrics.hpp"

#include <cmath>
#include <string>

#include "data/scores/score_sums.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {

Metrics score(std::span<const float> prediction, std::span<const float> target, const Mask& cells) {
  if (prediction.size() != target.size() || (!cells.empty() && cells.size() != target.size()))
    throw ShapeError("score: " + std::to_string(prediction.size()) + " predictions, " + std::to_string(target.size()) +
                     " targets and a mask of " + std::to_string(cells.size()) + " cells do not fit together");
  ScoreSums sums;
  for (size_t i = 0; i < target.size(); ++i)
    if (cells.empty() || cells[i]) sums.add(prediction[i], target[i]);
  return metrics_of(sums);
}

double position_r2(std::span<const float> prediction, std::span<const float> target, int64_t patches) {
  if (prediction.size() != target.size() || patches < 1 || target.empty() || int64_t(target.size()) % patches)
    throw ShapeError("position_r2: " + std::to_string(prediction.size()) + " predictions and " +
                     std::to_string(target.size()) + " targets are not " + std::to_string(patches) + " patches");
  const size_t positions = target.size() / size_t(patches);
  double sum = 0;
  for (size_t j = 0; j < positions; ++j) {
    double mean = 0, error = 0, total = 0;
    for (size_t i = j; i < target.size(); i += positions) mean += target[i];
    mean /= double(patches);
    for (size_t i = j; i < target.size(); i += positions) {
      error += std::pow(double(prediction[i]) - target[i], 2);
      total += std::pow(target[i] - mean, 2);
    }
    sum += error == 0 ? 1 : total > 0 ? 1 - error / total : 0;
  }
  return sum / double(positions);
}

}  // namespace unetsr::data
