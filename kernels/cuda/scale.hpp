#pragma once
#include "kernels/scale.hpp"

namespace unetsr::kernels::cuda {

void scale(Queue&, View<const float> x, const ChannelScales&, View<float> y);

}  // namespace unetsr::kernels::cuda
