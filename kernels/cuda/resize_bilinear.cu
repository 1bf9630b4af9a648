#include "kernels/cuda/resize_bilinear.hpp"

#include "kernels/cuda/for_each.hpp"
#include "kernels/reference/resize_bilinear.hpp"

namespace unetsr::kernels::cuda {
namespace {

using reference::resize_taps, reference::Taps;

struct Place {
  int n, i, j, c;
};

template <class T>
__device__ Place place_of(const View<T>& view, unsigned value) {
  const unsigned pixel = value / unsigned(view.c), line = pixel / unsigned(view.w);
  return {int(line / unsigned(view.h)), int(line % unsigned(view.h)), int(pixel % unsigned(view.w)),
          int(value % unsigned(view.c))};
}

template <class T>
__device__ void add_weighted(T& sum, double weight, const T& value) {
  const float factor = float(weight);
  sum = map([factor](float a, float b) { return a + factor * b; }, sum, value);
}

// Bound by memory.
template <class T>
struct Forward {
  View<const T> x;
  View<T> y;

  __device__ void operator()(unsigned value) const {
    const auto [n, i, j, c] = place_of(y, value);
    const Taps row = resize_taps(i, x.h, y.h), column = resize_taps(j, x.w, y.w);
    T sum{};
    for (int a = 0; a < 2; ++a)
      for (int b = 0; b < 2; ++b) {
        const double weight =
            (a ? row.second_weight : row.first_weight) * (b ? column.second_weight : column.first_weight);
        if (weight != 0)
          add_weighted(sum, weight, x(n, a ? row.second : row.first, b ? column.second : column.first, c));
      }
    y(n, i, j, c) = sum;
  }
};

// Output pixels that may lie beside input pixel i, and some more.
struct Range {
  int first, last;
};
__device__ inline Range outputs_beside(int i, int from, int to) {
  const int64_t below = (int64_t(2) * i - 1) * to / (int64_t(2) * from) - 1,
                above = (int64_t(2) * i + 3) * to / (int64_t(2) * from) + 1;
  return {int(below > 0 ? below : 0), int(above < to ? above : to - 1)};
}

__device__ inline double weight_on(const Taps& taps, int i) {
  return (taps.first == i ? taps.first_weight : 0) + (taps.second == i ? taps.second_weight : 0);
}

// Each input pixel gathers, in the order of the output pixels. Bound by memory where images grow to twice their size.
template <class T>
struct Backward {
  View<const T> dy;
  View<T> dx;
  Into into;

  __device__ void operator()(unsigned value) const {
    const auto [n, i, j, c] = place_of(dx, value);
    const Range rows = outputs_beside(i, dx.h, dy.h), columns = outputs_beside(j, dx.w, dy.w);
    T sum{};
    for (int row = rows.first; row <= rows.last; ++row) {
      const double row_weight = weight_on(resize_taps(row, dx.h, dy.h), i);
      if (row_weight == 0) continue;
      for (int column = columns.first; column <= columns.last; ++column) {
        const double weight = row_weight * weight_on(resize_taps(column, dx.w, dy.w), j);
        if (weight != 0) add_weighted(sum, weight, dy(n, row, column, c));
      }
    }
    put(dx(n, i, j, c), sum, into);
  }
};

template <class T>
void run(Queue& queue, View<const float> x, View<float> y) {
  const View<T> to = view_as<T>(y);
  for_each(queue.stream(), to.size(), Forward<T>{view_as<T>(x), to});
}

template <class T>
void run_backward(Queue& queue, View<const float> dy, View<float> dx, Into into) {
  const View<T> to = view_as<T>(dx);
  for_each(queue.stream(), to.size(), Backward<T>{view_as<T>(dy), to, into});
}

}  // namespace

void resize_bilinear(Queue& queue, View<const float> x, View<float> y) {
  in_fours(x, y) ? run<float4>(queue, x, y) : run<float>(queue, x, y);
}

void resize_bilinear_backward(Queue& queue, View<const float> dy, View<float> dx, Into into) {
  in_fours(dy, dx) ? run_backward<float4>(queue, dy, dx, into) : run_backward<float>(queue, dy, dx, into);
}

}  // namespace unetsr::kernels::cuda
