#pragma once
#include "kernels/conv_transpose2x2.hpp"

namespace unetsr::kernels::cuda {

void conv_transpose2x2(Queue&, View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu);
void conv_transpose2x2_backward_data(Queue&, View<const float> dy, View<const float> w, View<float> dx, Into,
                                     const float* gate);
void conv_transpose2x2_backward_weights(Queue&, View<const float> x, View<const float> dy, View<float> dw,
                                        float* dbias);

}  // namespace unetsr::kernels::cuda
