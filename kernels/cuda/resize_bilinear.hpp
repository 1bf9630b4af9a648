#pragma once
#include "kernels/resize_bilinear.hpp"

namespace unetsr::kernels::cuda {

void resize_bilinear(Queue&, View<const float> x, View<float> y);
void resize_bilinear_backward(Queue&, View<const float> dy, View<float> dx, Into);

}  // namespace unetsr::kernels::cuda
