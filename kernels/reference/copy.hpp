#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// The specification, for any scalar with + (double, float, Dual).
namespace unetsr::kernels::reference {

template <class T>
void copy(View<const T> x, View<T> y, Into into) {
  for (int n = 0; n < y.n; ++n)
    for (int i = 0; i < y.h; ++i)
      for (int j = 0; j < y.w; ++j)
        for (int c = 0; c < y.c; ++c) y(n, i, j, c) = into == Into::add ? y(n, i, j, c) + x(n, i, j, c) : x(n, i, j, c);
}

}  // namespace unetsr::kernels::reference
