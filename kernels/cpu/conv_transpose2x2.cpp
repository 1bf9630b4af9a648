#include "kernels/cpu/conv_transpose2x2.hpp"

#include "kernels/cpu/conv_forward.hpp"
#include "kernels/cpu/conv_weight_gradient.hpp"

// Each of the four taps is a 1x1 convolution to or from every second pixel of the large image.
namespace unetsr::kernels::cpu {
namespace {

template <class T>
View<T> tap_weights(View<T> w, int a, int b) {
  return View<T>(w.pixel(a, b, 0), 1, 1, w.w, w.c);
}

}  // namespace

void conv_transpose2x2(View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu) {
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b)
      conv_forward(x, pack_weights(tap_weights(w, a, b), bias), StridedImage<float>(y).every_second(a, b), relu, false);
}

void conv_transpose2x2_backward_data(View<const float> dy, View<const float> w, View<float> dx, Into into) {
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b)
      conv_forward(StridedImage<const float>(dy).every_second(a, b), pack_weights_turned(tap_weights(w, a, b)), dx,
                   false, into == Into::add || a + b > 0);
}

void conv_transpose2x2_backward_weights(View<const float> x, View<const float> dy, View<float> dw, float* dbias) {
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b)
      conv_weight_gradient(x, StridedImage<const float>(dy).every_second(a, b), tap_weights(dw, a, b));
  if (dbias) conv_bias_gradient(dy, dbias);
}

}  // namespace unetsr::kernels::cpu
