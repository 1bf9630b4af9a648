#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// 1x1 convolutions, which are products of matrices with a row a pixel, by cuBLAS.
namespace unetsr::kernels::cudnn {

// y = x w
void pixel_matrix(Queue&, View<const float> x, View<const float> w, View<float> y);
// dx = (or +=) dy w'
void pixel_matrix_backward_data(Queue&, View<const float> dy, View<const float> w, View<float> dx, bool add);
// dw = x' dy
void pixel_matrix_backward_weights(Queue&, View<const float> x, View<const float> dy, View<float> dw);

}  // namespace unetsr::kernels::cudnn
