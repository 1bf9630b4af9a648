#pragma once
#include "kernels/max_pool2d.hpp"

// Bound by memory: a thread a window, of one channel or four.
namespace unetsr::kernels::cuda {

void max_pool2d(Queue&, View<const float> x, View<float> y);
void max_pool2d_backward(Queue&, View<const float> x, View<const float> dy, View<float> dx, Into);

}  // namespace unetsr::kernels::cuda
