#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// `exact`: Queue::exact().
namespace unetsr::kernels::cpu {

void conv2d(View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu, bool exact);
void conv2d_backward_data(View<const float> dy, View<const float> w, View<float> dx, Into, const float* gate,
                          bool exact);
void conv2d_backward_weights(View<const float> x, View<const float> dy, View<float> dw, float* dbias, bool exact);

}  // namespace unetsr::kernels::cpu
