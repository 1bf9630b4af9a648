#pragma once
#include "kernels/multiply.hpp"

// Bound by memory. Error against double precision relative to the largest output below 2e-6.
namespace unetsr::kernels::cpu {

void multiply(View<const float> x, View<const float> factor, View<float> y, Into into);
void multiply_backward_factor(View<const float> x, View<const float> dy, View<float> dfactor, Into into);

}  // namespace unetsr::kernels::cpu
