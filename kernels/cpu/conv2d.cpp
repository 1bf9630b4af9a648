#include "kernels/cpu/conv2d.hpp"

#include "kernels/cpu/conv_forward.hpp"
#include "kernels/cpu/conv_weight_gradient.hpp"

namespace unetsr::kernels::cpu {

void conv2d(View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu) {
  conv_forward(x, pack_weights(w, bias), y, relu, false);
}

void conv2d_backward_data(View<const float> dy, View<const float> w, View<float> dx, Into into) {
  conv_forward(dy, pack_weights_turned(w), dx, false, into == Into::add);
}

void conv2d_backward_weights(View<const float> x, View<const float> dy, View<float> dw, float* dbias) {
  conv_weight_gradient(x, dy, dw);
  if (dbias) conv_bias_gradient(dy, dbias);
}

}  // namespace unetsr::kernels::cpu
