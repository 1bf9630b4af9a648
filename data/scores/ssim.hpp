#pragma once
#include <span>
#include <vector>

#include "data/dataset/mask.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

// Structural similarity of a map x to a target y around each cell (Wang, Bovik, Sheikh and Simoncelli 2004, eq. 13):
//   (2 mx my + C1)(2 sxy + C2) / ((mx^2 + my^2 + C1)(sx^2 + sy^2 + C2)), C1 = (0.01 range)^2, C2 = (0.03 range)^2
// with means, variances and covariance under a Gaussian of 11 x 11 cells and standard deviation 1.5, whose weights are
// scaled up to 1 over the cells that are chosen and present in both. Images are (windows, rows, columns); NaN in the
// result where the cell itself is not, or those that are hold less than half of the weight.
std::vector<float> ssim(std::span<const float> map, std::span<const float> target, const Mask& cells, Shape,
                        double range);

}  // namespace unetsr::data
