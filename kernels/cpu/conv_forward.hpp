#pragma once
#include "kernels/cpu/finish.hpp"
#include "kernels/cpu/packed_weights.hpp"
#include "kernels/cpu/strided_image.hpp"

namespace unetsr::kernels::cpu {

// y = the 'same' convolution of x with the weights, finished.
// Error against double precision relative to the largest output: below 2e-6.
void conv_forward(StridedImage<const float> x, const Weights&, StridedImage<float> y, const Finish&);

}  // namespace unetsr::kernels::cpu
