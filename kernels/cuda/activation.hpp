#pragma once
#include "kernels/activation.hpp"

// Bound by memory.
namespace unetsr::kernels::cuda {

void activation(Queue&, Activation kind, View<const float> x, View<float> y);
void activation_backward(Queue&, Activation kind, View<const float> y, View<const float> dy, View<float> dx, Into);

}  // namespace unetsr::kernels::cuda
