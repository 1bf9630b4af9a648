#pragma once
#include "kernels/adam.hpp"

// Bound by memory: four arrays read and three written, four values a thread where the arrays are 16-byte aligned.
namespace unetsr::kernels::cuda {

void adam_step(Queue&, const AdamFactors*, int64_t count, const float* gradient, float* m, float* v, float* w);

}  // namespace unetsr::kernels::cuda
