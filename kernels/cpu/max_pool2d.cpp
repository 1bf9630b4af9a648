#include "kernels/cpu/max_pool2d.hpp"

#include <algorithm>
#include <array>

#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"
#include "kernels/reference/max_pool2d.hpp"

namespace unetsr::kernels::cpu {
namespace {

// Rows of windows a task: enough work to be worth a thread.
int64_t rows_a_task(const View<const float>& x) {
  return std::max<int64_t>(1, 16384 / std::max<int64_t>(1, int64_t(2) * x.w * x.c));
}

// Eight channels at once; the functions below take one channel (float) as well.
using Channels = float __attribute__((vector_size(32), aligned(4), may_alias));

template <class T>
[[gnu::always_inline]] inline T& at(float* p) {
  return *reinterpret_cast<T*>(p);
}

template <class T>
[[gnu::always_inline]] inline T at(const float* p) {
  return *reinterpret_cast<const T*>(p);
}

template <class T>
[[gnu::always_inline]] inline T nan_or_larger(T top, T value) {
  return ((value > top) | (value != value)) ? value : top;
}

using ConstPixels = std::array<const float*, 4>;  // a window, in row order
using Pixels = std::array<float*, 4>;

template <class T>
[[gnu::always_inline]] inline void pool(const ConstPixels& x, float* y, int c) {
  const T upper = nan_or_larger(at<T>(x[0] + c), at<T>(x[1] + c));
  const T lower = nan_or_larger(at<T>(x[2] + c), at<T>(x[3] + c));
  at<T>(y + c) = nan_or_larger(upper, lower);
}

UNETSR_CLONES void pool_window(int channels, const ConstPixels& x, float* y) {
  int c = 0;
  for (; c + 8 <= channels; c += 8) pool<Channels>(x, y, c);
  for (; c < channels; ++c) pool<float>(x, y, c);
}

template <class T, Into into>
[[gnu::always_inline]] inline void put(float* dx, T gradient) {
  at<T>(dx) = into == Into::add ? at<T>(dx) + gradient : gradient;
}

// The gradient goes to the first pixel that no later one beats: first a row of the window, then a pixel of it.
template <class T, Into into>
[[gnu::always_inline]] inline void gradient_of(const ConstPixels& x, const float* dy, const Pixels& dx, int c) {
  const T x0 = at<T>(x[0] + c), x1 = at<T>(x[1] + c), x2 = at<T>(x[2] + c), x3 = at<T>(x[3] + c);
  const T zero = T{}, gradient = at<T>(dy + c);
  const auto beaten = [](T top, T value) { return (top == top) & ((value > top) | (value != value)); };
  const T upper = beaten(x0, x1) ? x1 : x0, lower = beaten(x2, x3) ? x3 : x2;
  const T to_upper = beaten(upper, lower) ? zero : gradient, to_lower = beaten(upper, lower) ? gradient : zero;
  put<T, into>(dx[0] + c, beaten(x0, x1) ? zero : to_upper);
  put<T, into>(dx[1] + c, beaten(x0, x1) ? to_upper : zero);
  put<T, into>(dx[2] + c, beaten(x2, x3) ? zero : to_lower);
  put<T, into>(dx[3] + c, beaten(x2, x3) ? to_lower : zero);
}

template <Into into>
[[gnu::always_inline]] inline void gradients(int channels, const ConstPixels& x, const float* dy, const Pixels& dx) {
  int c = 0;
  for (; c + 8 <= channels; c += 8) gradient_of<Channels, into>(x, dy, dx, c);
  for (; c < channels; ++c) gradient_of<float, into>(x, dy, dx, c);
}

UNETSR_CLONES void write_gradients(int channels, const ConstPixels& x, const float* dy, const Pixels& dx) {
  gradients<Into::write>(channels, x, dy, dx);
}

UNETSR_CLONES void add_gradients(int channels, const ConstPixels& x, const float* dy, const Pixels& dx) {
  gradients<Into::add>(channels, x, dy, dx);
}

template <class T>
std::array<T*, 4> window(const View<T>& x, int n, int i, int j) {
  T *upper = x.pixel(n, 2 * i, 2 * j), *lower = x.pixel(n, 2 * i + 1, 2 * j);
  return {upper, upper + x.pitch, lower, lower + x.pitch};
}

void clear(View<float> dx, int n, int row, int first_column) {
  for (int j = first_column; j < dx.w; ++j) std::fill_n(dx.pixel(n, row, j), dx.c, 0.0f);
}

void clear_dropped(View<float> dx, const View<const float>& dy, int n, int i) {
  clear(dx, n, 2 * i, 2 * dy.w);
  clear(dx, n, 2 * i + 1, 2 * dy.w);
  if (i == dy.h - 1 && dx.h % 2 == 1) clear(dx, n, dx.h - 1, 0);
}

}  // namespace

void max_pool2d(View<const float> x, View<float> y) {
  if (x.h == 1 || x.w == 1) return reference::max_pool2d(x, y);
  parallel_ranges(int64_t(y.n) * y.h, rows_a_task(x), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int n = int(row / y.h), i = int(row % y.h);
      for (int j = 0; j < y.w; ++j) pool_window(y.c, window(x, n, i, j), y.pixel(n, i, j));
    }
  });
}

void max_pool2d_backward(View<const float> x, View<const float> dy, View<float> dx, Into into) {
  if (x.h == 1 || x.w == 1) return reference::max_pool2d_backward(x, dy, dx, into);
  const auto gradients_of_window = into == Into::write ? write_gradients : add_gradients;
  parallel_ranges(int64_t(dy.n) * dy.h, rows_a_task(x), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int n = int(row / dy.h), i = int(row % dy.h);
      for (int j = 0; j < dy.w; ++j)
        gradients_of_window(x.c, window(x, n, i, j), dy.pixel(n, i, j), window(dx, n, i, j));
      if (into == Into::write) clear_dropped(dx, dy, n, i);
    }
  });
}

}  // namespace unetsr::kernels::cpu
