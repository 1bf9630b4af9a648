#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace unetsr::pipeline {

// Of values that come part by part; NaN is missing. The same parts in the same order give the same numbers.
class BandStatistics {
 public:
  void add(std::span<const float>);
  void add(const BandStatistics&);

  int64_t cells() const { return cells_; }
  int64_t present() const { return present_; }
  // Of the values that are present; NaN where none is.
  double minimum() const;
  double maximum() const;
  double mean() const;
  double standard_deviation() const;
  // The value below which a share of them lies, to 0.01; what lies beyond -10..30 counts as that.
  double quantile(double share) const;

 private:
  static constexpr double lowest = -10, bin = 0.01;
  static constexpr int bins = 4000;

  int64_t cells_ = 0, present_ = 0;
  double minimum_ = 0, maximum_ = 0, sum_ = 0, squares_ = 0;
  std::array<int64_t, bins> counts_ = {};
};

}  // namespace unetsr::pipeline
