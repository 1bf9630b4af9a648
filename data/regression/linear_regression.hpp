#pragma once
#include <span>
#include <vector>

#include "data/dataset/mask.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

// Least squares with an intercept: target on the channels of the cell, or of the neighbourhood x neighbourhood cells
// around it (odd; a missing neighbour, or one outside the image, counts as the cell itself).
class LinearRegression {
 public:
  // channels: (windows, rows, columns, C); target: (windows, rows, columns). Fits on the cells of `cells` (all, if
  // empty) where the target and all channels of the cell itself are present. Throws Error if they are fewer than the
  // coefficients.
  LinearRegression(View<const float> channels, std::span<const float> target, const Mask& cells, int neighbourhood = 1);

  // (windows, rows, columns); NaN where a channel of the cell itself is missing.
  std::vector<float> predict(View<const float> channels) const;

  // On the fitted cells; NaN where the target is constant.
  double r2() const { return r2_; }

  // Intercept, then for each neighbour (row by row) one for each channel.
  const std::vector<double>& coefficients() const { return coefficients_; }

 private:
  int channels_, neighbourhood_;
  std::vector<double> coefficients_;
  double r2_ = 0;
};

}  // namespace unetsr::data
