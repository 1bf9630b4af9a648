#include "data/splits/correlation_length.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace unetsr::data {
namespace {

std::vector<float> deviations(std::span<const float> values, Shape shape) {
  std::vector<float> result(values.begin(), values.end());
  const size_t window = size_t(shape.h) * size_t(shape.w);
  for (size_t begin = 0; begin < result.size(); begin += window) {
    double sum = 0, count = 0;
    for (size_t i = begin; i < begin + window; ++i)
      if (!std::isnan(result[i])) sum += double(result[i]), ++count;
    for (size_t i = begin; i < begin + window; ++i) result[i] -= float(sum / count);
  }
  return result;
}

double covariance(const std::vector<float>& deviation, Shape shape, int lag) {
  double sum = 0, count = 0;
  const auto pair = [&](int64_t i, int64_t j) {
    const double product = double(deviation[size_t(i)]) * double(deviation[size_t(j)]);
    if (!std::isnan(product)) sum += product, ++count;
  };
  for (int64_t row = 0; row < int64_t(shape.n) * shape.h; ++row)
    for (int j = 0; j < shape.w; ++j) {
      const int64_t i = row * shape.w + j;
      if (j + lag < shape.w) pair(i, i + lag);
      if (row % shape.h + lag < shape.h) pair(i, i + int64_t(lag) * shape.w);
    }
  return count > 0 ? sum / count : 0;
}

}  // namespace

double correlation_length(std::span<const float> values, Shape shape) {
  const std::vector<float> deviation = deviations(values, shape);
  const int most = std::min(shape.h, shape.w) / 2;
  const double near = covariance(deviation, shape, 1), extrapolated = 2 * near - covariance(deviation, shape, 2);
  const double left = std::min(covariance(deviation, shape, 0), extrapolated) / std::numbers::e;
  if (!(left > 0)) return 0;
  double before = left * std::numbers::e;
  for (int lag = 1; lag <= most; ++lag) {
    const double here = covariance(deviation, shape, lag);
    if (here < left) return lag - 1 + (before - left) / (before - here);
    before = here;
  }
  return most;
}

}  // namespace unetsr::data
