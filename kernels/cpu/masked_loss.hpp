#pragma once
#include "kernels/masked_loss.hpp"

// Two passes: partial sums of fixed ranges of pixels, added in their order, then the gradient.
// Error against double precision relative to the mean loss, or to the largest gradient: below 2e-6.
namespace unetsr::kernels::cpu {

void masked_loss(Loss loss, View<const float> prediction, View<const float> target, LossValue<double>* value,
                 View<float> gradient, Into);

}  // namespace unetsr::kernels::cpu
