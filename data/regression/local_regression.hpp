#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/dataset/mask.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

// Geographically weighted regression (Brunsdon, Fotheringham, Charlton 1996) with an intercept, on a grid, with an
// adaptive bisquare kernel: around a cell its K nearest cells and all that are as far as the last of them, weighted by
// (1 - d^2 / b^2)^2, d their distance and b that of the farthest and a cell more. Cells are as high as they are wide.
//
// K is the one that predicts cells best from others, found by golden section on its logarithm. Neighbouring cells share
// noise (that of common soundings), which would make the narrowest regressions seem the best; so the cells within
// `apart` rows and columns of a predicted cell are omitted with it (Chu, Marron 1991). At most 1000 cells, at even
// steps, are predicted.
class LocalRegression {
 public:
  static constexpr int apart = 3;

  // channels: (windows, rows, columns, C); target: (windows, rows, columns). The regressions are those of one window;
  // only its cells of `near` are near to any. Every regression is drawn towards that of `all` by a hundredth of its
  // weight, which decides where its own cells do not. Both hold cells where the target and all channels are present.
  // Where `near` has no more cells than least_neighbours(), the regression of `all` holds everywhere. Throws Error
  // where `all` has fewer cells than there are coefficients.
  LocalRegression(View<const float> channels, std::span<const float> target, int window, const Mask& near,
                  const Mask& all);

  // K; 0 where one regression holds everywhere.
  int neighbours() const { return neighbours_; }
  // The least K: 40 plus twice the number of coefficients, as in GWR4 and mgwr.
  static int least_neighbours(int channels) { return 40 + 2 * (channels + 1); }

  // Of the window's grid, as `predict` takes them: one image (rows, columns) for the intercept and each channel. They
  // are solved on a lattice of an eighth of the least b, and bilinear in between; further than 8 cells from any with
  // all channels they are those of `all`.
  const std::vector<std::vector<float>>& coefficients() const { return coefficients_; }
  // channels: one window; coefficients: one image each of its shape. NaN where a channel is missing.
  std::vector<float> predict(View<const float> channels, const std::vector<std::vector<float>>& coefficients) const;

 private:
  std::vector<double> centre_, scale_;  // of the channels
  int neighbours_ = 0;
  std::vector<std::vector<float>> coefficients_;
};

}  // namespace unetsr::data
