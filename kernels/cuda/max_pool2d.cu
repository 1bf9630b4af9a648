#include "kernels/cuda/max_pool2d.hpp"

#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

struct Window {
  int n, row, column, c;
};

// Window i of `rows` x `columns` an image, channels fastest.
__device__ Window window(unsigned i, int rows, int columns, int channels) {
  const unsigned pixel = i / unsigned(channels), line = pixel / unsigned(columns);
  return {int(line / unsigned(rows)), int(line % unsigned(rows)), int(pixel % unsigned(columns)),
          int(i % unsigned(channels))};
}

// Whether a later value of the window takes the place of the top: NaN beats numbers, the first NaN stays.
__device__ bool beats(float value, float top) {
  return top == top && (value > top || value != value);
}

template <class T>
struct Forward {
  View<const T> x;
  View<T> y;

  __device__ void operator()(unsigned i) const {
    const auto [n, row, column, c] = window(i, y.h, y.w, y.c);
    T top = x(n, 2 * row, 2 * column, c);
    for (int k = 1; k < 4; ++k) {
      const int from_row = 2 * row + k / 2, from_column = 2 * column + k % 2;
      if (from_row < x.h && from_column < x.w)
        top = map([](float a, float b) { return beats(b, a) ? b : a; }, top, x(n, from_row, from_column, c));
    }
    y(n, row, column, c) = top;
  }
};

template <class T>
struct Backward {
  View<const T> x, dy;
  View<T> dx;
  Into into;

  // Windows that an odd size has cut short take part too: their gradient is 0.
  __device__ void operator()(unsigned i) const {
    const auto [n, row, column, c] = window(i, (dx.h + 1) / 2, (dx.w + 1) / 2, dx.c);
    const bool pooled = row < dy.h && column < dy.w;
    const T g = pooled ? dy(n, row, column, c) : T{};
    T top = x(n, 2 * row, 2 * column, c), first{};  // the place of the first maximum, 0 to 3
    for (int k = 1; k < 4; ++k) {
      if (2 * row + k / 2 >= x.h || 2 * column + k % 2 >= x.w) continue;
      const T next = x(n, 2 * row + k / 2, 2 * column + k % 2, c);
      const T wins = map([](float a, float b) { return beats(b, a) ? 1.0f : 0.0f; }, top, next);
      first = map([k](float at, float won) { return won > 0 ? float(k) : at; }, first, wins);
      top = map([](float a, float b) { return beats(b, a) ? b : a; }, top, next);
    }
    for (int k = 0; k < 4; ++k) {
      if (2 * row + k / 2 >= dx.h || 2 * column + k % 2 >= dx.w) continue;
      const T part = map([k](float at, float gradient) { return at == float(k) ? gradient : 0; }, first, g);
      put(dx(n, 2 * row + k / 2, 2 * column + k % 2, c), part, into);
    }
  }
};

template <class T>
void run(Queue& queue, View<const float> x, View<float> y) {
  const View<T> to = view_as<T>(y);
  for_each(queue.stream(), to.size(), Forward<T>{view_as<T>(x), to});
}

template <class T>
void run_backward(Queue& queue, View<const float> x, View<const float> dy, View<float> dx, Into into) {
  const View<T> to = view_as<T>(dx);
  const int64_t windows = int64_t(to.n) * ((to.h + 1) / 2) * ((to.w + 1) / 2) * to.c;
  for_each(queue.stream(), windows, Backward<T>{view_as<T>(x), view_as<T>(dy), to, into});
}

}  // namespace

void max_pool2d(Queue& queue, View<const float> x, View<float> y) {
  in_fours(x, y) ? run<float4>(queue, x, y) : run<float>(queue, x, y);
}

void max_pool2d_backward(Queue& queue, View<const float> x, View<const float> dy, View<float> dx, Into into) {
  in_fours(x, dy, dx) ? run_backward<float4>(queue, x, dy, dx, into) : run_backward<float>(queue, x, dy, dx, into);
}

}  // namespace unetsr::kernels::cuda
