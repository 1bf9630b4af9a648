#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// The specification, for any scalar with + and x (double, float, Dual).
namespace unetsr::kernels::reference {

template <class T>
void multiply(View<const T> x, View<const T> factor, View<T> y, Into into) {
  for (int n = 0; n < x.n; ++n)
    for (int i = 0; i < x.h; ++i)
      for (int j = 0; j < x.w; ++j)
        for (int c = 0; c < x.c; ++c) {
          const T product = x(n, i, j, c) * factor(n, i, j, factor.c == 1 ? 0 : c);
          y(n, i, j, c) = into == Into::add ? y(n, i, j, c) + product : product;
        }
}

template <class T>
void multiply_backward_factor(View<const T> x, View<const T> dy, View<T> dfactor, Into into) {
  const int channels = x.c / dfactor.c;  // that share a factor
  for (int n = 0; n < x.n; ++n)
    for (int i = 0; i < x.h; ++i)
      for (int j = 0; j < x.w; ++j)
        for (int k = 0; k < dfactor.c; ++k) {
          T sum = T(0);
          for (int c = k; c < k + channels; ++c) sum = sum + dy(n, i, j, c) * x(n, i, j, c);
          dfactor(n, i, j, k) = into == Into::add ? dfactor(n, i, j, k) + sum : sum;
        }
}

}  // namespace unetsr::kernels::reference
