#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/mask.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

// Geographically weighted regression (Brunsdon, Fotheringham, Charlton 1996) with an intercept, on a grid: the weight
// of a cell is a Gaussian of its distance, cut off at three bandwidths. All cells together count as one more, so that a
// regression far from any cell is theirs.
class LocalRegression {
 public:
  // channels: (windows, rows, columns, C); target: (windows, rows, columns). The regressions are those of one window;
  // only its cells of `near` are weighted by distance, `all` is what counts as one more. Both hold cells where the
  // target and all channels are present. The bandwidth, of 2, 4, 8, 16 or 32 cells, is the one that predicts the cells
  // of `near` best from the others. Throws Error where `all` has fewer cells than there are coefficients.
  LocalRegression(View<const float> channels, std::span<const float> target, int window, const Mask& near,
                  const Mask& all);

  double bandwidth() const { return bandwidth_; }
  // Of the window's grid, as `predict` takes them: one image (rows, columns) for the intercept and each channel.
  const std::vector<std::vector<float>>& coefficients() const { return coefficients_; }
  // channels: one window; coefficients: one image each of its shape. NaN where a channel is missing.
  std::vector<float> predict(View<const float> channels, const std::vector<std::vector<float>>& coefficients) const;

 private:
  std::vector<double> centre_, scale_;  // of the channels
  double bandwidth_ = 0;
  std::vector<std::vector<float>> coefficients_;
};

}  // namespace unetsr::data
