#pragma once
#include <vector>

#include "kernels/view.hpp"

namespace unetsr::data {

// Standard deviation of the noise that is independent from cell to cell, for each window of values (windows, rows,
// columns, 1): root mean square of the second differences a - 2 b + c of three neighbours in a row, over sqrt(6).
// Exact where the signal is linear over three cells; its curvature counts as noise, noise shared by neighbours does
// not. NaN where fewer than 30 such triples are complete.
std::vector<double> cell_noise(View<const float> values);

// Variance (of n) over the present values of each window; NaN without any.
std::vector<double> variance_per_window(View<const float> values);

// The R2 that a perfect prediction of the noise-free signal reaches against a target of this variance:
// 1 - noise^2 / variance. Inputs that share soundings with the target, as a coarse cell does with the fine cell inside
// it, carry part of the target's own noise: with them a prediction can score above the ceiling without being better.
double noise_ceiling(double noise, double variance);

}  // namespace unetsr::data
