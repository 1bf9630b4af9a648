#pragma once
#include "kernels/crop.hpp"

// Bound by memory: one walk through the stack a row of the patch. Exact.
namespace unetsr::kernels::cpu {

void crop(View<const float> stack, std::span<const Crop> crops, View<float> patches);

}  // namespace unetsr::kernels::cpu
