#pragma once
#include <vector>

#include "kernels/view.hpp"

namespace unetsr::data {

// Standard deviation of the noise that is independent from cell to cell, for each window of values (windows, rows,
// columns, 1); NaN where too few cells have neighbours.
std::vector<double> cell_noise(View<const float> values);

// The R2 that a perfect prediction of the noise-free signal would reach against a target of this variance:
// 1 - noise^2 / variance.
double noise_ceiling(double noise, double variance);

// Variance over the present values of each window.
std::vector<double> variance_per_window(View<const float> values);

}  // namespace unetsr::data
