#include "kernels/cpu/resize_bilinear.hpp"

#include <algorithm>
#include <span>

#include "kernels/cpu/scratch.hpp"
#include "kernels/parallel.hpp"
#include "kernels/reference/resize_bilinear.hpp"

namespace unetsr::kernels::cpu {
namespace {

using reference::Taps;

// In scratch memory of this thread.
std::span<const Taps> all_taps(ScratchSlot slot, int from, int to) {
  Taps* const taps = scratch_of<Taps>(slot, size_t(to));
  for (int i = 0; i < to; ++i) taps[i] = reference::resize_taps(i, from, to);
  return {taps, size_t(to)};
}

void set(int count, float weight, const float* __restrict x, float* __restrict y) {
  for (int c = 0; c < count; ++c) y[c] = weight * x[c];
}

void add(int count, float weight, const float* __restrict x, float* __restrict y) {
  for (int c = 0; c < count; ++c) y[c] += weight * x[c];
}

void blend(int count, const float weights[4], const float* __restrict x0, const float* __restrict x1,
           const float* __restrict x2, const float* __restrict x3, float* __restrict y) {
  const float w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3];
  for (int c = 0; c < count; ++c) y[c] = w0 * x0[c] + w1 * x1[c] + w2 * x2[c] + w3 * x3[c];
}

void resize_pixel(View<const float> x, int n, const Taps& row, const Taps& column, float* y) {
  const float weights[4] = {
      float(row.first_weight * column.first_weight), float(row.first_weight * column.second_weight),
      float(row.second_weight * column.first_weight), float(row.second_weight * column.second_weight)};
  const float* x0 = x.pixel(n, row.first, column.first);
  const float* x1 = x.pixel(n, row.first, column.second);
  const float* x2 = x.pixel(n, row.second, column.first);
  const float* x3 = x.pixel(n, row.second, column.second);
  if (row.second_weight != 0 && column.second_weight != 0) return blend(x.c, weights, x0, x1, x2, x3, y);
  set(x.c, weights[0], x0, y);
  if (column.second_weight != 0) add(x.c, weights[1], x1, y);
  if (row.second_weight != 0) add(x.c, weights[2], x2, y);
}

// The first row of y that reads row `i` of x, or a later one.
int first_reader(std::span<const Taps> rows, int i) {
  return int(std::partition_point(rows.begin(), rows.end(), [&](const Taps& t) { return t.second < i; }) -
             rows.begin());
}

int64_t rows_a_task(const View<const float>& wide) {
  return std::max<int64_t>(1, 16384 / std::max<int64_t>(1, int64_t(wide.w) * wide.c));
}

}  // namespace

void resize_bilinear(View<const float> x, View<float> y) {
  const auto rows = all_taps(ScratchSlot::weights, x.h, y.h), columns = all_taps(ScratchSlot::image, x.w, y.w);
  parallel_ranges(int64_t(y.n) * y.h, rows_a_task(y), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int n = int(row / y.h), i = int(row % y.h);
      for (int j = 0; j < y.w; ++j) resize_pixel(x, n, rows[size_t(i)], columns[size_t(j)], y.pixel(n, i, j));
    }
  });
}

void resize_bilinear_backward(View<const float> dy, View<float> dx, Into into) {
  const auto rows = all_taps(ScratchSlot::weights, dx.h, dy.h), columns = all_taps(ScratchSlot::image, dx.w, dy.w);
  parallel_ranges(int64_t(dx.n) * dx.h, rows_a_task(dy), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int n = int(row / dx.h), i = int(row % dx.h);
      if (into == Into::write)
        for (int j = 0; j < dx.w; ++j) std::fill_n(dx.pixel(n, i, j), dx.c, 0.0f);
      for (int reader = first_reader(rows, i); reader < dy.h && rows[size_t(reader)].first <= i; ++reader) {
        const Taps& taps = rows[size_t(reader)];
        const double weight = taps.first == i ? taps.first_weight : taps.second_weight;
        for (int j = 0; j < dy.w; ++j) {
          const Taps& column = columns[size_t(j)];
          const float* from = dy.pixel(n, reader, j);
          add(dx.c, float(weight * column.first_weight), from, dx.pixel(n, i, column.first));
          if (column.second_weight != 0)
            add(dx.c, float(weight * column.second_weight), from, dx.pixel(n, i, column.second));
        }
      }
    }
  });
}

}  // namespace unetsr::kernels::cpu
