#pragma once
#include "kernels/cpu/packed_weights.hpp"
#include "kernels/cpu/strided_image.hpp"

namespace unetsr::kernels::cpu {

// y = (or +=) the 'same' convolution of x with the weights, plus the bias (K values, or null), with an optional ReLU.
// Error against double precision relative to the largest output: below 2e-6.
void conv_forward(StridedImage<const float> x, const Weights&, const float* bias, StridedImage<float> y, bool relu,
                  bool add);

}  // namespace unetsr::kernels::cpu
