#pragma once
#include "kernels/footprint_mean.hpp"

namespace unetsr::kernels::cuda {

void footprint_mean(Queue&, const Footprints&, View<const float> x, View<float> y);
void footprint_mean_backward(Queue&, const Footprints&, View<const float> dy, View<float> dx, Into);

}  // namespace unetsr::kernels::cuda
