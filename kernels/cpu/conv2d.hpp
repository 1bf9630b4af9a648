#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

namespace unetsr::kernels::cpu {

void conv2d(View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu);
void conv2d_backward_data(View<const float> dy, View<const float> w, View<float> dx, Into, const float* gate);
void conv2d_backward_weights(View<const float> x, View<const float> dy, View<float> dw, float* dbias);

}  // namespace unetsr::kernels::cpu
