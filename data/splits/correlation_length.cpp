#include "data/splits/correlation_length.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

namespace unetsr::data {
namespace {

// Values less the mean of their window.
class Deviations {
 public:
  Deviations(StoredSpan<const float> values, Shape shape)
      : values_(values), shape_(shape), window_(size_t(shape.h) * size_t(shape.w)) {
    for (int w = 0; w < shape.n; ++w) {
      double sum = 0, count = 0;
      for (const float v : own(w))
        if (!std::isnan(v)) sum += double(v), ++count;
      means_.push_back(float(sum / count));
      release(w);
    }
  }

  double covariance(int lag) const {
    double sum = 0, count = 0;
    for (int w = 0; w < shape_.n; ++w) {
      const std::span<const float> values = own(w);
      const float mean = means_[size_t(w)];
      const auto pair = [&](int64_t i, int64_t j) {
        const double product = double(values[size_t(i)] - mean) * double(values[size_t(j)] - mean);
        if (!std::isnan(product)) sum += product, ++count;
      };
      for (int row = 0; row < shape_.h; ++row)
        for (int j = 0; j < shape_.w; ++j) {
          const int64_t i = int64_t(row) * shape_.w + j;
          if (j + lag < shape_.w) pair(i, i + lag);
          if (row + lag < shape_.h) pair(i, i + int64_t(lag) * shape_.w);
        }
      release(w);
    }
    return count > 0 ? sum / count : 0;
  }

 private:
  std::span<const float> own(int window) const { return values_.subspan(size_t(window) * window_, window_); }
  void release(int window) const { values_.release(size_t(window) * window_, window_); }

  StoredSpan<const float> values_;
  Shape shape_;
  size_t window_;  // cells
  std::vector<float> means_;
};

}  // namespace

double correlation_length(StoredSpan<const float> values, Shape shape) {
  const Deviations deviations(values, shape);
  const int most = std::min(shape.h, shape.w) / 2;
  const double near = deviations.covariance(1), extrapolated = 2 * near - deviations.covariance(2);
  const double left = std::min(deviations.covariance(0), extrapolated) / std::numbers::e;
  if (!(left > 0)) return 0;
  double before = left * std::numbers::e;
  for (int lag = 1; lag <= most; ++lag) {
    const double here = deviations.covariance(lag);
    if (here < left) return lag - 1 + (before - left) / (before - here);
    before = here;
  }
  return most;
}

}  // namespace unetsr::data
