#pragma once
#include "kernels/activation.hpp"

// ReLU is bound by memory, softplus and sigmoid by exp.
// Error against double precision relative to the largest output: none for none and ReLU, but what adding rounds; for
// the others below 2e-6.
namespace unetsr::kernels::cpu {

void activation(Activation kind, View<const float> x, View<float> y);
void activation_backward(Activation kind, View<const float> y, View<const float> dy, View<float> dx, Into into);

}  // namespace unetsr::kernels::cpu
