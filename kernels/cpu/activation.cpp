#include "kernels/cpu/activation.hpp"

#include <cmath>

#include "kernels/cpu/elementwise.hpp"

namespace unetsr::kernels::cpu {
namespace {

// x and y may be the same memory: ivdep states that no value depends on another.
template <class Function>
void apply(View<const float> x, View<float> y, Function function) {
  elementwise(
      [=](int64_t count, const float* from, float* to) {
#pragma GCC ivdep
        for (int64_t i = 0; i < count; ++i) to[i] = function(from[i]);
      },
      x, y);
}

template <class Gradient>
void apply_gradient(View<const float> y, View<const float> dy, View<float> dx, Into into, Gradient gradient) {
  if (into == Into::write) {
    elementwise(
        [=](int64_t count, const float* value, const float* from, float* to) {
#pragma GCC ivdep
          for (int64_t i = 0; i < count; ++i) to[i] = gradient(value[i], from[i]);
        },
        y, dy, dx);
  } else {
    elementwise(
        [=](int64_t count, const float* value, const float* from, float* to) {
#pragma GCC ivdep
          for (int64_t i = 0; i < count; ++i) to[i] += gradient(value[i], from[i]);
        },
        y, dy, dx);
  }
}

float softplus(float x) {
  return (x < 0 ? 0 : x) + std::log1p(std::exp(-std::abs(x)));
}

}  // namespace

void activation(Activation kind, View<const float> x, View<float> y) {
  switch (kind) {
    case Activation::none:
      return apply(x, y, [](float value) { return value; });
    case Activation::relu:
      return apply(x, y, [](float value) { return value < 0 ? 0 : value; });
    case Activation::softplus:
      return apply(x, y, softplus);
    case Activation::sigmoid:
      return apply(x, y, [](float value) { return 1 / (1 + std::exp(-value)); });
  }
}

void activation_backward(Activation kind, View<const float> y, View<const float> dy, View<float> dx, Into into) {
  switch (kind) {
    case Activation::none:
      return apply_gradient(y, dy, dx, into, [](float, float g) { return g; });
    case Activation::relu:
      return apply_gradient(y, dy, dx, into, [](float v, float g) { return v > 0 ? g : 0; });
    case Activation::softplus:
      return apply_gradient(y, dy, dx, into, [](float v, float g) { return -g * std::expm1(-v); });
    case Activation::sigmoid:
      return apply_gradient(y, dy, dx, into, [](float v, float g) { return g * v * (1 - v); });
  }
}

}  // namespace unetsr::kernels::cpu
