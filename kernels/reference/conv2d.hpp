#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// The specification, for any scalar with +, * and < (double, float, Dual).
namespace unetsr::kernels::reference {

template <class T>
T zero_if_negative(T value) {
  return value < T(0) ? T(0) : value;
}

template <class T>
void conv2d(View<const T> x, View<const T> w, const T* bias, View<T> y, bool relu) {
  const int kernel_rows = w.n, kernel_columns = w.h;
  for (int n = 0; n < y.n; ++n)
    for (int i = 0; i < y.h; ++i)
      for (int j = 0; j < y.w; ++j)
        for (int k = 0; k < y.c; ++k) {
          T sum = bias ? bias[k] : T(0);
          for (int r = 0; r < kernel_rows; ++r)
            for (int s = 0; s < kernel_columns; ++s) {
              const int row = i + r - kernel_rows / 2, column = j + s - kernel_columns / 2;
              if (row < 0 || row >= x.h || column < 0 || column >= x.w) continue;
              for (int c = 0; c < x.c; ++c) sum = sum + x(n, row, column, c) * w(r, s, c, k);
            }
          y(n, i, j, k) = relu ? zero_if_negative(sum) : sum;
        }
}

// Writes or adds a sum of a data gradient, behind its gate.
template <class T>
void put_gradient(View<T> dx, T& place, T sum, Into into, const T* gate) {
  const bool shut = gate && !(T(0) < gate[&place - dx.data]);
  const T part = shut ? T(0) : sum;
  place = into == Into::add ? place + part : part;
}

template <class T>
void conv2d_backward_data(View<const T> dy, View<const T> w, View<T> dx, Into into, const T* gate = nullptr) {
  const int kernel_rows = w.n, kernel_columns = w.h;
  for (int n = 0; n < dx.n; ++n)
    for (int i = 0; i < dx.h; ++i)
      for (int j = 0; j < dx.w; ++j)
        for (int c = 0; c < dx.c; ++c) {
          T sum = T(0);
          for (int r = 0; r < kernel_rows; ++r)
            for (int s = 0; s < kernel_columns; ++s) {
              const int row = i - r + kernel_rows / 2, column = j - s + kernel_columns / 2;
              if (row < 0 || row >= dy.h || column < 0 || column >= dy.w) continue;
              for (int k = 0; k < dy.c; ++k) sum = sum + dy(n, row, column, k) * w(r, s, c, k);
            }
          put_gradient(dx, dx(n, i, j, c), sum, into, gate);
        }
}

template <class T>
void bias_gradient(View<const T> dy, T* dbias) {
  for (int k = 0; k < dy.c; ++k) {
    T sum = T(0);
    for (int n = 0; n < dy.n; ++n)
      for (int i = 0; i < dy.h; ++i)
        for (int j = 0; j < dy.w; ++j) sum = sum + dy(n, i, j, k);
    dbias[k] = sum;
  }
}

template <class T>
void conv2d_backward_weights(View<const T> x, View<const T> dy, View<T> dw, T* dbias) {
  const int kernel_rows = dw.n, kernel_columns = dw.h;
  for (int r = 0; r < kernel_rows; ++r)
    for (int s = 0; s < kernel_columns; ++s)
      for (int c = 0; c < x.c; ++c)
        for (int k = 0; k < dy.c; ++k) {
          T sum = T(0);
          for (int n = 0; n < dy.n; ++n)
            for (int i = 0; i < dy.h; ++i)
              for (int j = 0; j < dy.w; ++j) {
                const int row = i + r - kernel_rows / 2, column = j + s - kernel_columns / 2;
                if (row < 0 || row >= x.h || column < 0 || column >= x.w) continue;
                sum = sum + x(n, row, column, c) * dy(n, i, j, k);
              }
          dw(r, s, c, k) = sum;
        }
  if (dbias) bias_gradient(dy, dbias);
}

}  // namespace unetsr::kernels::reference
