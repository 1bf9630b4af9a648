#pragma once
#include "kernels/copy.hpp"

// Bound by memory.
namespace unetsr::kernels::cuda {

void copy(Queue&, View<const float> x, View<float> y, Into);

}  // namespace unetsr::kernels::cuda
