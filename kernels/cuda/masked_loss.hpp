#pragma once
#include "kernels/masked_loss.hpp"

namespace unetsr::kernels::cuda {

void masked_loss(Queue&, Loss, View<const float> prediction, View<const float> target, LossSum<float>& value,
                 View<float> gradient);

}  // namespace unetsr::kernels::cuda
