#pragma once
#include "kernels/activation.hpp"

// ReLU is bound by memory, softplus and sigmoid by exp.
namespace unetsr::kernels::cpu {

void activation(Activation kind, View<const float> x, View<float> y);
void activation_backward(Activation kind, View<const float> y, View<const float> dy, View<float> dx, Into into);

}  // namespace unetsr::kernels::cpu
