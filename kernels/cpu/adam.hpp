#pragma once
#include "kernels/adam.hpp"

// Bound by memory: four arrays read and three written.
// Error against double precision relative to the largest of m, v and w: below 2e-6.
namespace unetsr::kernels::cpu {

void adam_step(const AdamFactors&, int64_t count, const float* gradient, float* m, float* v, float* w);

}  // namespace unetsr::kernels::cpu
