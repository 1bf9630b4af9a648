#pragma once
#include <cmath>

#include "kernels/activation.hpp"

// The specification, for any scalar with arithmetic, <, exp, log1p and abs (double, float, Dual).
namespace unetsr::kernels::reference {

// max(x, 0) + log(1 + exp(-|x|)): softplus without overflow.
template <class T>
T softplus(T x) {
  using std::abs, std::exp, std::log1p;
  const T positive_part = x < T(0) ? T(0) : x;
  return positive_part + log1p(exp(-abs(x)));
}

template <class T>
T activate(Activation kind, T x) {
  using std::exp;
  switch (kind) {
    case Activation::none:
      return x;
    case Activation::relu:
      return x < T(0) ? T(0) : x;
    case Activation::softplus:
      return softplus(x);
    case Activation::sigmoid:
      return T(1) / (T(1) + exp(-x));
  }
  return x;
}

template <class T>
T activation_gradient(Activation kind, T y, T dy) {
  using std::exp;
  switch (kind) {
    case Activation::none:
      return dy;
    case Activation::relu:
      return y > T(0) ? dy : T(0);
    case Activation::softplus:
      return dy * (T(1) - exp(-y));
    case Activation::sigmoid:
      return dy * y * (T(1) - y);
  }
  return dy;
}

template <class T>
void activation(Activation kind, View<const T> x, View<T> y) {
  for (int n = 0; n < y.n; ++n)
    for (int i = 0; i < y.h; ++i)
      for (int j = 0; j < y.w; ++j)
        for (int c = 0; c < y.c; ++c) y(n, i, j, c) = activate(kind, x(n, i, j, c));
}

template <class T>
void activation_backward(Activation kind, View<const T> y, View<const T> dy, View<T> dx, Into into) {
  for (int n = 0; n < y.n; ++n)
    for (int i = 0; i < y.h; ++i)
      for (int j = 0; j < y.w; ++j)
        for (int c = 0; c < y.c; ++c) {
          const T gradient = activation_gradient(kind, y(n, i, j, c), dy(n, i, j, c));
          dx(n, i, j, c) = into == Into::add ? dx(n, i, j, c) + gradient : gradient;
        }
}

}  // namespace unetsr::kernels::reference
