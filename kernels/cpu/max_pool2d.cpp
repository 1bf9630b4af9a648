#include "kernels/cpu/max_pool2d.hpp"

#include <algorithm>

#include "kernels/parallel.hpp"
#include "kernels/reference/max_pool2d.hpp"

namespace unetsr::kernels::cpu {
namespace {

// Rows of windows a task: enough work to be worth a thread.
int64_t rows_a_task(const View<const float>& x) {
  return std::max<int64_t>(1, 16384 / std::max<int64_t>(1, int64_t(2) * x.w * x.c));
}

float nan_or_larger(float top, float value) {
  return (value > top) | (value != value) ? value : top;
}

// Adds or writes the gradient of one window: `position` counts its pixels in row order.
template <Into into>
void window_gradient(int channels, const float* __restrict x0, const float* __restrict x1, const float* __restrict x2,
                     const float* __restrict x3, const float* __restrict dy, float* __restrict dx0,
                     float* __restrict dx1, float* __restrict dx2, float* __restrict dx3) {
#pragma GCC ivdep
  for (int c = 0; c < channels; ++c) {
    int position = 0;
    float top = x0[c];
    const auto consider = [&](float value, int at) {
      const bool better = (top == top) & ((value > top) | (value != value));
      position = better ? at : position;
      top = better ? value : top;
    };
    consider(x1[c], 1);
    consider(x2[c], 2);
    consider(x3[c], 3);
    const float gradient = dy[c];
    const auto put = [&](float* dx, int at) {
      const float value = position == at ? gradient : 0.0f;
      dx[c] = into == Into::add ? dx[c] + value : value;
    };
    put(dx0, 0);
    put(dx1, 1);
    put(dx2, 2);
    put(dx3, 3);
  }
}

void clear(View<float> dx, int n, int row, int first_column) {
  for (int j = first_column; j < dx.w; ++j) std::fill_n(dx.pixel(n, row, j), dx.c, 0.0f);
}

template <Into into>
void row_gradient(View<const float> x, View<const float> dy, View<float> dx, int n, int i) {
  const int row = 2 * i;
  for (int j = 0; j < dy.w; ++j) {
    const int column = 2 * j;
    window_gradient<into>(x.c, x.pixel(n, row, column), x.pixel(n, row, column + 1), x.pixel(n, row + 1, column),
                          x.pixel(n, row + 1, column + 1), dy.pixel(n, i, j), dx.pixel(n, row, column),
                          dx.pixel(n, row, column + 1), dx.pixel(n, row + 1, column), dx.pixel(n, row + 1, column + 1));
  }
  if (into == Into::add) return;
  clear(dx, n, row, 2 * dy.w);
  clear(dx, n, row + 1, 2 * dy.w);
  if (i == dy.h - 1 && x.h % 2 == 1) clear(dx, n, x.h - 1, 0);
}

}  // namespace

void max_pool2d(View<const float> x, View<float> y) {
  if (x.h == 1 || x.w == 1) return reference::max_pool2d(x, y);
  parallel_ranges(int64_t(y.n) * y.h, rows_a_task(x), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int n = int(row / y.h), i = int(row % y.h);
      for (int j = 0; j < y.w; ++j) {
        const float *x0 = x.pixel(n, 2 * i, 2 * j), *x1 = x0 + x.pitch;
        const float *x2 = x.pixel(n, 2 * i + 1, 2 * j), *x3 = x2 + x.pitch;
        float* out = y.pixel(n, i, j);
#pragma GCC ivdep
        for (int c = 0; c < y.c; ++c) out[c] = nan_or_larger(nan_or_larger(x0[c], x1[c]), nan_or_larger(x2[c], x3[c]));
      }
    }
  });
}

void max_pool2d_backward(View<const float> x, View<const float> dy, View<float> dx, Into into) {
  if (x.h == 1 || x.w == 1) return reference::max_pool2d_backward(x, dy, dx, into);
  parallel_ranges(int64_t(dy.n) * dy.h, rows_a_task(x), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int n = int(row / dy.h), i = int(row % dy.h);
      if (into == Into::write)
        row_gradient<Into::write>(x, dy, dx, n, i);
      else
        row_gradient<Into::add>(x, dy, dx, n, i);
    }
  });
}

}  // namespace unetsr::kernels::cpu
