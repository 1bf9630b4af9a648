#pragma once
#include <algorithm>
#include <cstdint>

#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// The specification, for any scalar with + and * (double, float, Dual).
namespace unetsr::kernels::reference {

// The one or two input pixels, along one side, that an output pixel lies between. A weight of 0 is exactly 0.
struct Taps {
  int first, second;
  double first_weight, second_weight;
};

// Output pixel i of `to`, over an input of `from` pixels: its centre lies at ((2i + 1) from - to) / (2 to).
constexpr Taps resize_taps(int i, int from, int to) {
  const int64_t numerator = std::max<int64_t>(0, (int64_t(2) * i + 1) * from - to), denominator = int64_t(2) * to;
  const int first = int(numerator / denominator);
  const double weight = double(numerator % denominator) / double(denominator);
  if (first + 1 >= from || weight == 0) return {std::min(first, from - 1), std::min(first, from - 1), 1, 0};
  return {first, first + 1, 1 - weight, weight};
}

template <class T>
void resize_bilinear(View<const T> x, View<T> y) {
  for (int n = 0; n < y.n; ++n)
    for (int i = 0; i < y.h; ++i)
      for (int j = 0; j < y.w; ++j) {
        const Taps row = resize_taps(i, x.h, y.h), column = resize_taps(j, x.w, y.w);
        for (int c = 0; c < y.c; ++c) {
          T sum = T(0);
          for (int a : {0, 1})
            for (int b : {0, 1}) {
              const double weight =
                  (a ? row.second_weight : row.first_weight) * (b ? column.second_weight : column.first_weight);
              if (weight == 0) continue;
              sum = sum + T(weight) * x(n, a ? row.second : row.first, b ? column.second : column.first, c);
            }
          y(n, i, j, c) = sum;
        }
      }
}

template <class T>
void resize_bilinear_backward(View<const T> dy, View<T> dx, Into into) {
  if (into == Into::write)
    for (int n = 0; n < dx.n; ++n)
      for (int i = 0; i < dx.h; ++i)
        for (int j = 0; j < dx.w; ++j)
          for (int c = 0; c < dx.c; ++c) dx(n, i, j, c) = T(0);
  for (int n = 0; n < dy.n; ++n)
    for (int i = 0; i < dy.h; ++i)
      for (int j = 0; j < dy.w; ++j) {
        const Taps row = resize_taps(i, dx.h, dy.h), column = resize_taps(j, dx.w, dy.w);
        for (int c = 0; c < dy.c; ++c)
          for (int a : {0, 1})
            for (int b : {0, 1}) {
              const double weight =
                  (a ? row.second_weight : row.first_weight) * (b ? column.second_weight : column.first_weight);
              if (weight == 0) continue;
              T& sum = dx(n, a ? row.second : row.first, b ? column.second : column.first, c);
              sum = sum + T(weight) * dy(n, i, j, c);
            }
      }
}

}  // namespace unetsr::kernels::reference
