#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Error against double precision relative to the largest output: below 2e-6.
namespace unetsr::kernels::cpu {

void conv_transpose2x2(View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu);
void conv_transpose2x2_backward_data(View<const float> dy, View<const float> w, View<float> dx, Into,
                                     const float* gate);
void conv_transpose2x2_backward_weights(View<const float> x, View<const float> dy, View<float> dw, float* dbias);

}  // namespace unetsr::kernels::cpu
