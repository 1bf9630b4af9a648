#include "kernels/cpu/conv2d.hpp"

#include "kernels/cpu/conv_forward.hpp"
#include "kernels/cpu/conv_weight_gradient.hpp"
#include "kernels/cpu/winograd.hpp"

namespace unetsr::kernels::cpu {
namespace {

bool by_winograd(bool exact, const View<const float>& w, Shape x, int outputs) {
  return !exact && winograd_pays(w.n, w.h, x, outputs);
}

}  // namespace

void conv2d(View<const float> x, View<const float> w, const float* bias, View<float> y, bool relu, bool exact) {
  const Finish finish{.bias = bias, .relu = relu};
  by_winograd(exact, w, x.shape(), y.c) ? winograd_forward(x, w, y, finish) : conv_forward(x, {w}, y, finish);
}

void conv2d_backward_data(View<const float> dy, View<const float> w, View<float> dx, Into into, const float* gate,
                          bool exact) {
  const Finish finish{.add = into == Into::add, .gate = gate};
  by_winograd(exact, w, dy.shape(), dx.c) ? winograd_data_gradient(dy, w, dx, finish)
                                          : conv_forward(dy, {w, true}, dx, finish);
}

void conv2d_backward_weights(View<const float> x, View<const float> dy, View<float> dw, float* dbias, bool exact) {
  if (by_winograd(exact, dw, x.shape(), dy.c)) {
    winograd_weight_gradient(x, dy, dw);
  } else {
    const WeightGradient gradient{dy, dw};
    conv_weight_gradient(x, {&gradient, 1});
  }
  if (dbias) conv_bias_gradient(dy, dbias);
}

}  // namespace unetsr::kernels::cpu
