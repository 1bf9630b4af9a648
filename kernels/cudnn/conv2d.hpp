#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// conv2d by cuDNN, and by cuBLAS where the kernel is 1x1. fp32 without tensor cores; tf32; bf16 asks for the
// conversions that cuDNN allows itself, cuBLAS then takes tf32.
namespace unetsr::kernels::cudnn {

// Whether this build has them.
bool available();

void conv2d(Queue&, View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu);
void conv2d_backward_data(Queue&, View<const float> dy, View<const float> w, View<float> dx, Into, const float* gate);
void conv2d_backward_weights(Queue&, View<const float> x, View<const float> dy, View<float> dw, float* dbias);

}  // namespace unetsr::kernels::cudnn
