#pragma once
#include "kernels/reference/conv2d.hpp"

// The specification, for any scalar with +, * and < (double, float, Dual).
namespace unetsr::kernels::reference {

template <class T>
void conv_transpose2x2(View<const T> x, View<const T> w, const T* bias, View<T> y, bool relu) {
  for (int n = 0; n < y.n; ++n)
    for (int i = 0; i < y.h; ++i)
      for (int j = 0; j < y.w; ++j)
        for (int k = 0; k < y.c; ++k) {
          T sum = bias ? bias[k] : T(0);
          for (int c = 0; c < x.c; ++c) sum = sum + x(n, i / 2, j / 2, c) * w(i % 2, j % 2, c, k);
          y(n, i, j, k) = relu ? zero_if_negative(sum) : sum;
        }
}

template <class T>
void conv_transpose2x2_backward_data(View<const T> dy, View<const T> w, View<T> dx, Into into,
                                     const T* gate = nullptr) {
  for (int n = 0; n < dx.n; ++n)
    for (int i = 0; i < dx.h; ++i)
      for (int j = 0; j < dx.w; ++j)
        for (int c = 0; c < dx.c; ++c) {
          T sum = T(0);
          for (int a = 0; a < 2; ++a)
            for (int b = 0; b < 2; ++b)
              for (int k = 0; k < dy.c; ++k) sum = sum + dy(n, 2 * i + a, 2 * j + b, k) * w(a, b, c, k);
          put_gradient(dx, dx(n, i, j, c), sum, into, gate);
        }
}

template <class T>
void conv_transpose2x2_backward_weights(View<const T> x, View<const T> dy, View<T> dw, T* dbias) {
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b)
      for (int c = 0; c < x.c; ++c)
        for (int k = 0; k < dy.c; ++k) {
          T sum = T(0);
          for (int n = 0; n < x.n; ++n)
            for (int i = 0; i < x.h; ++i)
              for (int j = 0; j < x.w; ++j) sum = sum + x(n, i, j, c) * dy(n, 2 * i + a, 2 * j + b, k);
          dw(a, b, c, k) = sum;
        }
  if (dbias) bias_gradient(dy, dbias);
}

}  // namespace unetsr::kernels::reference
