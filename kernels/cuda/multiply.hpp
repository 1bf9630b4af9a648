#pragma once
#include "kernels/multiply.hpp"

// Bound by memory.
namespace unetsr::kernels::cuda {

void multiply(Queue&, View<const float> x, View<const float> factor, View<float> y, Into);
void multiply_backward_factor(Queue&, View<const float> x, View<const float> dy, View<float> dfactor, Into);

}  // namespace unetsr::kernels::cuda
