#pragma once
#include "kernels/crop.hpp"

// Bound by memory.
namespace unetsr::kernels::cuda {

void crop(Queue&, View<const float> stack, std::span<const Crop> crops, View<float> patches);

}  // namespace unetsr::kernels::cuda
