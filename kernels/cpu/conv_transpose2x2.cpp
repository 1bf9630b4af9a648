#include "kernels/cpu/conv_transpose2x2.hpp"

#include <array>

#include "kernels/cpu/conv_weight_gradient.hpp"
#include "kernels/cpu/pixel_product.hpp"

// Each of the four taps is a 1x1 convolution to or from every second pixel of the large image.
namespace unetsr::kernels::cpu {
namespace {

template <class T>
View<T> tap_weights(View<T> w, int tap) {
  return View<T>(w.pixel(tap / 2, tap % 2, 0), 1, 1, w.w, w.c);
}

template <class T>
StridedImage<T> tap_pixels(View<T> large, int tap) {
  return StridedImage<T>(large).every_second(tap / 2, tap % 2);
}

std::array<Weights, 4> all_taps(View<const float> w, bool turned) {
  return {{{tap_weights(w, 0), turned},
           {tap_weights(w, 1), turned},
           {tap_weights(w, 2), turned},
           {tap_weights(w, 3), turned}}};
}

}  // namespace

void conv_transpose2x2(View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu) {
  const std::array<Weights, 4> taps = all_taps(w, false);
  const StridedImage<const float> source = x;
  const std::array<PixelTarget, 4> targets = {{{{&taps[0], 1}, tap_pixels(y, 0)},
                                               {{&taps[1], 1}, tap_pixels(y, 1)},
                                               {{&taps[2], 1}, tap_pixels(y, 2)},
                                               {{&taps[3], 1}, tap_pixels(y, 3)}}};
  pixel_product({&source, 1}, targets, {.bias = bias, .relu = relu});
}

void conv_transpose2x2_backward_data(View<const float> dy, View<const float> w, View<float> dx, Into into,
                                     const float* gate) {
  const std::array<Weights, 4> taps = all_taps(w, true);
  const std::array<StridedImage<const float>, 4> sources = {tap_pixels(dy, 0), tap_pixels(dy, 1), tap_pixels(dy, 2),
                                                            tap_pixels(dy, 3)};
  const PixelTarget target{taps, dx};
  pixel_product(sources, {&target, 1}, {.add = into == Into::add, .gate = gate});
}

void conv_transpose2x2_backward_weights(View<const float> x, View<const float> dy, View<float> dw, float* dbias) {
  const std::array<WeightGradient, 4> gradients = {{{tap_pixels(dy, 0), tap_weights(dw, 0)},
                                                    {tap_pixels(dy, 1), tap_weights(dw, 1)},
                                                    {tap_pixels(dy, 2), tap_weights(dw, 2)},
                                                    {tap_pixels(dy, 3), tap_weights(dw, 3)}}};
  conv_weight_gradient(x, gradients);
  if (dbias) conv_bias_gradient(dy, dbias);
}

}  // namespace unetsr::kernels::cpu
