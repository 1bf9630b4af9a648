#include "data/metrics.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "kernels/error.hpp"

namespace unetsr::data {

Metrics score(std::span<const float> prediction, std::span<const float> target, const Mask& cells) {
  if (prediction.size() != target.size() || (!cells.empty() && cells.size() != target.size()))
    throw ShapeError("score: " + std::to_string(prediction.size()) + " predictions, " + std::to_string(target.size()) +
                     " targets and a mask of " + std::to_string(cells.size()) + " cells do not fit together");
  const auto counts = [&](size_t i) {
    return (cells.empty() || cells[i]) && !std::isnan(prediction[i]) && !std::isnan(target[i]);
  };
  Metrics m;
  double sum_p = 0, sum_t = 0;
  for (size_t i = 0; i < target.size(); ++i)
    if (counts(i)) {
      sum_p += prediction[i];
      sum_t += target[i];
      ++m.cells;
    }
  const double n = double(m.cells), mean_p = sum_p / n, mean_t = sum_t / n;  // NaN without cells, and so all below
  double error2 = 0, error1 = 0, pp = 0, tt = 0, pt = 0;
  for (size_t i = 0; i < target.size(); ++i)
    if (counts(i)) {
      const double e = double(prediction[i]) - target[i], p = prediction[i] - mean_p, t = target[i] - mean_t;
      error2 += e * e;
      error1 += std::abs(e);
      pp += p * p;
      tt += t * t;
      pt += p * t;
    }
  const double nan = std::numeric_limits<double>::quiet_NaN();
  m.r2 = tt > 0 ? 1 - error2 / tt : nan;
  m.pearson_r2 = tt > 0 && pp > 0 ? pt * pt / (pp * tt) : nan;
  m.slope = tt > 0 ? pt / tt : nan;
  m.mae = error1 / n;
  m.rmse = std::sqrt(error2 / n);
  m.bias = mean_p - mean_t;
  return m;
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
