#include "pipeline/predict/band_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace unetsr::pipeline {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void BandStatistics::add(std::span<const float> values) {
  cells_ += int64_t(values.size());
  for (const float value : values) {
    if (std::isnan(value)) continue;
    const double v = double(value);
    minimum_ = present_ == 0 ? v : std::min(minimum_, v), maximum_ = present_ == 0 ? v : std::max(maximum_, v);
    sum_ += v, squares_ += v * v;
    ++counts_[size_t(std::clamp((v - lowest) / bin, 0.0, double(bins - 1)))];
    ++present_;
  }
}

void BandStatistics::add(const BandStatistics& other) {
  if (other.present_ > 0) {
    minimum_ = present_ == 0 ? other.minimum_ : std::min(minimum_, other.minimum_);
    maximum_ = present_ == 0 ? other.maximum_ : std::max(maximum_, other.maximum_);
  }
  cells_ += other.cells_, present_ += other.present_, sum_ += other.sum_, squares_ += other.squares_;
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

double BandStatistics::minimum() const {
  return present_ == 0 ? none : minimum_;
}

double BandStatistics::maximum() const {
  return present_ == 0 ? none : maximum_;
}

double BandStatistics::mean() const {
  return present_ == 0 ? none : sum_ / double(present_);
}

double BandStatistics::standard_deviation() const {
  return present_ == 0 ? none : std::sqrt(std::max(0.0, squares_ / double(present_) - mean() * mean()));
}

double BandStatistics::quantile(double share) const {
  if (present_ == 0) return none;
  int64_t below = 0;
  for (int i = 0; i < bins; ++i) {
    below += counts_[size_t(i)];
    if (double(below) >= share * double(present_)) return lowest + (i + 0.5) * bin;
  }
  return lowest + bins * bin;
}

}  // namespace unetsr::pipeline
