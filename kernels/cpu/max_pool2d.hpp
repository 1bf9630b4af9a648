#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Bound by memory: every window in one pass over its channels.
// Exact; what is added is rounded once.
namespace unetsr::kernels::cpu {

void max_pool2d(View<const float> x, View<float> y);
void max_pool2d_backward(View<const float> x, View<const float> dy, View<float> dx, Into into);

}  // namespace unetsr::kernels::cpu
