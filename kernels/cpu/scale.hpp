#pragma once
#include "kernels/scale.hpp"

// Bound by memory, or, where one core has much of it, by divisions.
// The values are exactly the specification's.
namespace unetsr::kernels::cpu {

void scale(View<const float> x, const ChannelScales&, View<float> y);

}  // namespace unetsr::kernels::cpu
