#pragma once
#include <type_traits>

#include "kernels/cpu/vector.hpp"
#include "kernels/cpu/winograd_tile.hpp"

// Included once for each instruction set, after UNETSR_LANES. The interpolation points are 0, 1, -1, 2, -2, infinity.
namespace unetsr::kernels::cpu {
namespace {

struct InputTransform {  // B'
  static constexpr int from = 6, to = 6;
  UNETSR_INLINE static void apply(const Vector* d, Vector* v) {
    const Vector even = d[4] - 4.0f * d[2], odd = d[3] - 4.0f * d[1];
    const Vector even2 = d[4] - d[2], odd2 = d[3] - d[1];
    v[0] = (4.0f * d[0] + d[4]) - 5.0f * d[2];
    v[1] = even + odd;
    v[2] = even - odd;
    v[3] = even2 + 2.0f * odd2;
    v[4] = even2 - 2.0f * odd2;
    v[5] = (4.0f * d[1] + d[5]) - 5.0f * d[3];
  }
};

struct OutputTransform {  // A'
  static constexpr int from = 6, to = 4;
  UNETSR_INLINE static void apply(const Vector* m, Vector* y) {
    const Vector even = m[1] + m[2], odd = m[1] - m[2], even2 = m[3] + m[4], odd2 = m[3] - m[4];
    y[0] = (m[0] + even) + even2;
    y[1] = odd + 2.0f * odd2;
    y[2] = even + 4.0f * even2;
    y[3] = (odd + 8.0f * odd2) + m[5];
  }
};

struct GradientTransform {  // A
  static constexpr int from = 4, to = 6;
  UNETSR_INLINE static void apply(const Vector* y, Vector* z) {
    const Vector even = y[0] + y[2], odd = y[1] + y[3];
    const Vector even2 = y[0] + 4.0f * y[2], odd2 = 2.0f * y[1] + 8.0f * y[3];
    z[0] = y[0];
    z[1] = even + odd;
    z[2] = even - odd;
    z[3] = even2 + odd2;
    z[4] = even2 - odd2;
    z[5] = y[3];
  }
};

struct WeightTransform {  // G
  static constexpr int from = 3, to = 6;
  UNETSR_INLINE static void apply(const Vector* w, Vector* u) {
    const Vector even = (-1.0f / 6) * (w[0] + w[2]), odd = (-1.0f / 6) * w[1];
    const Vector even2 = (1.0f / 24) * w[0] + (1.0f / 6) * w[2], odd2 = (1.0f / 12) * w[1];
    u[0] = 0.25f * w[0];
    u[1] = even + odd;
    u[2] = even - odd;
    u[3] = even2 + odd2;
    u[4] = even2 - odd2;
    u[5] = w[2];
  }
};

struct WeightGradientTransform {  // G'
  static constexpr int from = 6, to = 3;
  UNETSR_INLINE static void apply(const Vector* u, Vector* w) {
    const Vector even = (-1.0f / 6) * (u[1] + u[2]), odd = (-1.0f / 6) * (u[1] - u[2]);
    const Vector even2 = u[3] + u[4], odd2 = u[3] - u[4];
    w[0] = (0.25f * u[0] + (1.0f / 24) * even2) + even;
    w[1] = odd + (1.0f / 12) * odd2;
    w[2] = (even + (1.0f / 6) * even2) + u[5];
  }
};

// Lines of up to six vectors in memory, one after the other. Multiples of a stride up to five cost an address nothing;
// the asm keeps the compiler from computing each address of a patch aside.
template <class T>
class Lines {
 public:
  Lines(T* first, int64_t line, int64_t value)
      : line_(reinterpret_cast<Byte*>(first)), step_(line * 4), one_(value * 4), three_(one_ * 3), five_(one_ * 5) {}

  // The next line: a function of a value's number that gives its address.
  UNETSR_INLINE auto next() {
    Byte* const line = line_;
    line_ += step_;
    asm("" : "+r"(line_));
    return [line, one = one_, three = three_, five = five_](int i) UNETSR_INLINE {
      return reinterpret_cast<T*>(line + (i == 3 ? three : i == 5 ? five : i * one));
    };
  }

 private:
  using Byte = std::conditional_t<std::is_const_v<T>, const char, char>;
  Byte* line_;
  int64_t step_, one_, three_, five_;
};

// Columns, then rows of a transform in two dimensions. next_column() gives a function of the row that returns a value,
// next_row() one of the column and the result that keeps it. Some rows of the result at a time, so that what stands
// between lies in registers; each time `columns` begins anew.
template <class Transform, int rows, class Columns, class NextRow>
UNETSR_INLINE inline void two_dimensional(Columns columns, NextRow next_row) {
  constexpr int from = Transform::from, to = Transform::to;
#pragma GCC unroll 6
  for (int first = 0; first < to; first += rows) {
    auto next_column = columns;
    Vector half[rows][from];
#pragma GCC unroll 6
    for (int s = 0; s < from; ++s) {
      const auto value = next_column();
      Vector column[from], result[to];
#pragma GCC unroll 6
      for (int r = 0; r < from; ++r) column[r] = value(r);
      Transform::apply(column, result);
#pragma GCC unroll 6
      for (int i = 0; i < rows; ++i) half[i][s] = result[first + i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < rows; ++i) {
      const auto keep = next_row();
      Vector result[to];
      Transform::apply(half[i], result);
#pragma GCC unroll 6
      for (int j = 0; j < to; ++j) keep(j, result[j]);
    }
  }
}

// The same, where the values lie in memory and the results go to memory.
template <class Transform>
UNETSR_INLINE inline void two_dimensional_copy(Lines<const float> columns, Lines<float> rows) {
  two_dimensional<Transform, 3>(
      [columns]() UNETSR_MUTABLE_INLINE { return [at = columns.next()](int r) UNETSR_INLINE { return load(at(r)); }; },
      [&] UNETSR_INLINE { return [at = rows.next()](int j, Vector value) UNETSR_INLINE { store(at(j), value); }; });
}

// Copies the pixels [top, bottom) x [left, right) of a patch into `to` [6][6][lanes], some of their channels.
void copy_pixels(const float* from, int64_t row, int64_t pixel, int top, int bottom, int left, int right, int channels,
                 float* to) {
  for (int r = top; r < bottom; ++r)
    for (int s = left; s < right; ++s)
      store(to + (r * winograd_patch + s) * lanes, load_some(from + r * row + s * pixel, channels));
}

// Asks memory for a vector of 4x4 pixels, in vain where they lie outside an array.
UNETSR_INLINE inline void prefetch_pixels(const float* p, int64_t row, int64_t pixel) {
#pragma GCC unroll 4
  for (int r = 0; r < winograd_tile; ++r)
#pragma GCC unroll 4
    for (int s = 0; s < winograd_tile; ++s) prefetch(p + r * row + s * pixel);
}

void winograd_input(const WinogradInput& t) {
  constexpr int block = 16;
  const bool whole = t.top == 0 && t.bottom == 6 && t.left == 0 && t.right == 6;
  float padded[winograd_points * lanes];
  if (!whole) std::memset(padded, 0, sizeof padded);
  for (int c = 0; c < t.channels; c += lanes) {
    const float* x = t.x + c;
    float* v = t.v + (c / block) * t.v_block + c % block;
    prefetch_pixels(t.next + c + 2 * t.x_row + 2 * t.x_pixel, t.x_row, t.x_pixel);
    int64_t row = t.x_row, pixel = t.x_pixel;
    if (!whole || c + lanes > t.channels) {
      copy_pixels(x, row, pixel, t.top, t.bottom, t.left, t.right, t.channels - c, padded);
      x = padded, row = winograd_patch * lanes, pixel = lanes;
    }
    two_dimensional_copy<InputTransform>({x, pixel, row}, {v, 6 * t.v_point, t.v_point});
  }
}

// With `whole`, all 4x4 pixels and all channels of a vector exist.
template <bool whole>
UNETSR_INLINE inline void winograd_output_vector(const WinogradOutput& t, int k, Vector bias) {
  const Vector zero{};
  const int count = whole ? lanes : t.channels - k;
  Lines<const float> m(t.m + k, t.m_point, 6 * t.m_point);
  Lines<float> y(t.y + k, t.y_row, t.y_pixel);
  const bool gated = t.gate, add = t.add, relu = t.relu;
  const int64_t gate = gated ? t.gate - t.y : 0;
  int rows = t.rows;
  const int columns = t.columns;
  two_dimensional<OutputTransform, 4>(
      [m]() UNETSR_MUTABLE_INLINE { return [at = m.next()](int r) UNETSR_INLINE { return load(at(r)); }; },
      [&] UNETSR_INLINE {
        const int width = rows-- > 0 ? columns : 0;
        return [=, at = y.next()](int j, Vector value) UNETSR_INLINE {
          if (!whole && j >= width) return;
          float* const to = at(j);
          value += bias;
          if (gated) value = load_some(to + gate, count) > zero ? value : zero;
          if (add) value += load_some(to, count);
          if (relu) value = value < zero ? zero : value;  // keeps NaN
          store_some(to, value, count);
        };
      });
}

void winograd_output(const WinogradOutput& t) {
  const bool whole = t.rows == winograd_tile && t.columns == winograd_tile;
  for (int k = 0; k < t.channels; k += lanes) {
    prefetch_pixels(t.next + k, t.y_row, t.y_pixel);
    if (t.gate) prefetch_pixels(t.gate + (t.next - t.y) + k, t.y_row, t.y_pixel);
    const Vector bias = load(t.bias + k);
    if (whole && k + lanes <= t.channels)
      winograd_output_vector<true>(t, k, bias);
    else
      winograd_output_vector<false>(t, k, bias);
  }
}

void winograd_gradient(const WinogradGradient& t) {
  const bool whole = t.rows == winograd_tile && t.columns == winograd_tile;
  float padded[winograd_points * lanes];
  if (!whole) std::memset(padded, 0, sizeof padded);
  for (int k = 0; k < t.channels; k += lanes) {
    const float* dy = t.dy + k;
    const int vector = k / lanes;
    float* z = t.z + vector / t.vectors * t.z_chunk + vector % t.vectors * lanes;
    prefetch_pixels(t.next + k, t.dy_row, t.dy_pixel);
    int64_t row = t.dy_row, pixel = t.dy_pixel;
    if (!whole || k + lanes > t.channels) {
      copy_pixels(dy, row, pixel, 0, t.rows, 0, t.columns, t.channels - k, padded);
      dy = padded, row = winograd_patch * lanes, pixel = lanes;
    }
    two_dimensional_copy<GradientTransform>({dy, pixel, row}, {z, 6 * t.z_point, t.z_point});
  }
}

void winograd_weights(const WinogradWeights& t) {
  const int width = t.vectors * lanes;
  for (int first = 0; first < t.inputs; first += lanes)
    for (int v = 0; v < t.vectors; ++v) {
      Vector taps[9][lanes];
      for (int tap = 0; tap < 9; ++tap)
        gather_weights(t.w + (t.turned ? 8 - tap : tap) * t.w_tap, t.w_row, t.turned, first, t.inputs - first,
                       v * lanes, t.outputs - v * lanes, taps[tap]);
      for (int c = 0; c < lanes && first + c < t.inputs; ++c) {
        float* u = t.u + int64_t(first + c) * width + v * lanes;
        Lines<float> points(u, 6 * t.u_point, t.u_point);
        two_dimensional<WeightTransform, 6>(
            [&, s = 0]() UNETSR_MUTABLE_INLINE {
              return [&, column = s++](int r) UNETSR_INLINE { return taps[r * 3 + column][c]; };
            },
            [&] UNETSR_INLINE {
              return [at = points.next()](int j, Vector value) UNETSR_INLINE { store(at(j), value); };
            });
      }
    }
}

void winograd_weight_gradient(const WinogradWeightGradient& t) {
  for (int c = 0; c < t.inputs; ++c) {
    const float* du = t.du + c * t.du_channel;
    float* dw = t.dw + c * t.dw_row;
    Lines<const float> points(du, t.du_point, 6 * t.du_point);
    Lines<float> taps(dw, 3 * t.dw_tap, t.dw_tap);
    two_dimensional<WeightGradientTransform, 3>(
        [&, points]() UNETSR_MUTABLE_INLINE {
          return [&, at = points.next()](int r) UNETSR_INLINE {
            Vector sum = load(at(r));
            for (int i = 1; i < t.parts; ++i) sum += load(at(r) + i * t.du_part);
            return sum;
          };
        },
        [&] UNETSR_INLINE {
          return [&, at = taps.next()](int j, Vector value) UNETSR_INLINE { store_some(at(j), value, t.outputs); };
        });
  }
}

WinogradKernels make_winograd_kernels() {
  return {winograd_input, winograd_output, winograd_gradient, winograd_weights, winograd_weight_gradient};
}

}  // namespace
}  // namespace unetsr::kernels::cpu
