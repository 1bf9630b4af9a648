#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Bound by memory. The gradient gathers: every row of dx sums the rows of dy that read it, in their order.
// Error against double precision relative to the largest output: below 2e-6.
namespace unetsr::kernels::cpu {

void resize_bilinear(View<const float> x, View<float> y);
void resize_bilinear_backward(View<const float> dy, View<float> dx, Into into);

}  // namespace unetsr::kernels::cpu
