#pragma once
#include "kernels/conv2d.hpp"

namespace unetsr::kernels::cuda {

void conv2d(Queue&, View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu);
void conv2d_backward_data(Queue&, View<const float> dy, View<const float> w, View<float> dx, Into, const float* gate);
void conv2d_backward_weights(Queue&, View<const float> x, View<const float> dy, View<float> dw, float* dbias);

}  // namespace unetsr::kernels::cuda
