#pragma once
#include <algorithm>

#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// The specification, for any scalar with < and != (double, float, Dual).
namespace unetsr::kernels::reference {

struct Pixel {
  int row, column;
  bool operator==(const Pixel&) const = default;
};

// The first NaN of the window, or else its first maximum.
template <class T>
Pixel first_maximum(View<const T> x, int n, int row, int column, int c) {
  Pixel best{2 * row, 2 * column};
  for (int i = 2 * row; i < std::min(2 * row + 2, x.h); ++i)
    for (int j = 2 * column; j < std::min(2 * column + 2, x.w); ++j) {
      const T value = x(n, i, j, c), top = x(n, best.row, best.column, c);
      const bool top_is_nan = top != top;
      if (!top_is_nan && (top < value || value != value)) best = {i, j};
    }
  return best;
}

template <class T>
void max_pool2d(View<const T> x, View<T> y) {
  for (int n = 0; n < y.n; ++n)
    for (int i = 0; i < y.h; ++i)
      for (int j = 0; j < y.w; ++j)
        for (int c = 0; c < y.c; ++c) {
          const Pixel p = first_maximum(x, n, i, j, c);
          y(n, i, j, c) = x(n, p.row, p.column, c);
        }
}

template <class T>
void max_pool2d_backward(View<const T> x, View<const T> dy, View<T> dx, Into into) {
  for (int n = 0; n < dx.n; ++n)
    for (int i = 0; i < dx.h; ++i)
      for (int j = 0; j < dx.w; ++j)
        for (int c = 0; c < dx.c; ++c) {
          const int row = i / 2, column = j / 2;
          const bool in_window = row < dy.h && column < dy.w;
          const bool maximum = in_window && first_maximum(x, n, row, column, c) == Pixel{i, j};
          const T gradient = maximum ? dy(n, row, column, c) : T(0);
          dx(n, i, j, c) = into == Into::add ? dx(n, i, j, c) + gradient : gradient;
        }
}

}  // namespace unetsr::kernels::reference
