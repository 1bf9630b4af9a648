#pragma once
#include "kernels/masked_loss.hpp"

// Bound by memory, in two kernels: sums of parts; then the gradient, for which each block adds up the parts itself.
namespace unetsr::kernels::cuda {

void masked_loss(Queue&, Loss, View<const float> prediction, View<const float> target, LossSum<float>* value,
                 View<float> gradient, Into);

}  // namespace unetsr::kernels::cuda
