#pragma once
#include <span>

#include "kernels/cpu/strided_image.hpp"

namespace unetsr::kernels::cpu {

struct WeightGradient {
  StridedImage<const float> dy;
  View<float> dw;
};

// dw(r,s,c,k) = sum over n,i,j of x(n, i + r - R/2, j + s - S/2, c) dy(n,i,j,k), for each dw (R, S, C, K) and its dy,
// all of one shape. Partial sums are cut by the shape alone and added in order, so that the threads do not show in the
// result. Error against double precision relative to the largest output: below 2e-6.
void conv_weight_gradient(StridedImage<const float> x, std::span<const WeightGradient>);

// dbias(k) = sum over n,i,j of dy(n,i,j,k), summed in double.
void conv_bias_gradient(StridedImage<const float> dy, float* dbias);

}  // namespace unetsr::kernels::cpu
