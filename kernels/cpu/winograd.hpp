#pragma once
#include "kernels/cpu/finish.hpp"
#include "kernels/cpu/strided_image.hpp"

// 3x3 convolutions by Winograd's F(4x4, 3x3): a quarter of the multiplications. The sums over channels and pixels have
// an order that the shapes alone decide. Error against double precision relative to the largest output: below 2e-5. A
// NaN spreads to all outputs of the 4x4 tiles that see it.
namespace unetsr::kernels::cpu {

// Whether they are faster than direct convolutions for a kernel of this size.
bool winograd_pays(int kernel_rows, int kernel_columns, Shape x, int outputs);

// y = the 'same' convolution of x with w (3, 3, C, K), finished.
void winograd_forward(StridedImage<const float> x, View<const float> w, StridedImage<float> y, const Finish&);

// dx = the data gradient, finished.
void winograd_data_gradient(StridedImage<const float> dy, View<const float> w, StridedImage<float> dx, const Finish&);

// dw (3, 3, C, K), as conv_weight_gradient computes it.
void winograd_weight_gradient(StridedImage<const float> x, StridedImage<const float> dy, View<float> dw);

}  // namespace unetsr::kernels::cpu
