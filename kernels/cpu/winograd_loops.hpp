#pragma once
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

// Columns, then rows: store(i, j, value) for the transform of the values load(r, s).
template <class Transform, class Load, class Store>
UNETSR_INLINE inline void two_dimensional(const Load& load_value, const Store& store_value) {
  constexpr int from = Transform::from, to = Transform::to;
  Vector half[to][from];
#pragma GCC unroll 6
  for (int s = 0; s < from; ++s) {
    Vector column[from], result[to];
#pragma GCC unroll 6
    for (int r = 0; r < from; ++r) column[r] = load_value(r, s);
    Transform::apply(column, result);
#pragma GCC unroll 6
    for (int i = 0; i < to; ++i) half[i][s] = result[i];
  }
#pragma GCC unroll 6
  for (int i = 0; i < to; ++i) {
    Vector result[to];
    Transform::apply(half[i], result);
#pragma GCC unroll 6
    for (int j = 0; j < to; ++j) store_value(i, j, result[j]);
  }
}

void winograd_input(const WinogradInput& t) {
  constexpr int block = 16;
  const bool whole = t.top == 0 && t.bottom == 6 && t.left == 0 && t.right == 6;
  for (int c = 0; c < t.channels; c += kLanes) {
    const float* x = t.x + c;
    float* v = t.v + (c / block) * t.v_block + c % block;
    const auto to_v = [&](int i, int j, Vector value) UNETSR_INLINE { store(v + (i * 6 + j) * t.v_point, value); };
    if (whole && c + kLanes <= t.channels)
      two_dimensional<InputTransform>([&](int r, int s) UNETSR_INLINE { return load(x + r * t.x_row + s * t.x_pixel); },
                                      to_v);
    else
      two_dimensional<InputTransform>(
          [&](int r, int s) UNETSR_INLINE {
            const bool there = r >= t.top && r < t.bottom && s >= t.left && s < t.right;
            return load_some(x + r * t.x_row + s * t.x_pixel, there ? t.channels - c : 0);
          },
          to_v);
  }
}

void winograd_output(const WinogradOutput& t) {
  const Vector zero{};
  for (int k = 0; k < t.channels; k += kLanes) {
    const Vector bias = load(t.bias + k);
    const int count = t.channels - k;
    two_dimensional<OutputTransform>([&](int r, int s)
                                         UNETSR_INLINE { return load(t.m + (r * 6 + s) * t.m_point + k); },
                                     [&](int i, int j, Vector value) UNETSR_INLINE {
                                       if (i >= t.rows || j >= t.columns) return;
                                       const int64_t offset = i * t.y_row + j * t.y_pixel + k;
                                       float* y = t.y + offset;
                                       value += bias;
                                       if (t.gate) value = load_some(t.gate + offset, count) > zero ? value : zero;
                                       if (t.add) value += load_some(y, count);
                                       if (t.relu) value = value < zero ? zero : value;  // keeps NaN
                                       store_some(y, value, count);
                                     });
  }
}

void winograd_gradient(const WinogradGradient& t) {
  for (int k = 0; k < t.channels; k += kLanes) {
    const float* dy = t.dy + k;
    float* z = t.z + (k / kLanes) * t.z_block;
    two_dimensional<GradientTransform>(
        [&](int r, int s) UNETSR_INLINE {
          return load_some(dy + r * t.dy_row + s * t.dy_pixel, r < t.rows && s < t.columns ? t.channels - k : 0);
        },
        [&](int i, int j, Vector value) UNETSR_INLINE { store(z + (i * 6 + j) * t.z_point, value); });
  }
}

void winograd_weights(const WinogradWeights& t) {
  const int width = t.vectors * kLanes;
  for (int first = 0; first < t.inputs; first += kLanes)
    for (int v = 0; v < t.vectors; ++v) {
      Vector taps[9][kLanes];
      for (int tap = 0; tap < 9; ++tap)
        gather_weights(t.w + (t.turned ? 8 - tap : tap) * t.w_tap, t.w_row, t.turned, first, t.inputs - first,
                       v * kLanes, t.outputs - v * kLanes, taps[tap]);
      for (int c = 0; c < kLanes && first + c < t.inputs; ++c) {
        float* u = t.u + int64_t(first + c) * width + v * kLanes;
        two_dimensional<WeightTransform>([&](int r, int s) UNETSR_INLINE { return taps[r * 3 + s][c]; },
                                         [&](int i, int j, Vector value)
                                             UNETSR_INLINE { store(u + (i * 6 + j) * t.u_point, value); });
      }
    }
}

void winograd_weight_gradient(const WinogradWeightGradient& t) {
  for (int c = 0; c < t.inputs; ++c) {
    const float* du = t.du + c * kLanes;
    float* dw = t.dw + c * t.dw_row;
    two_dimensional<WeightGradientTransform>(
        [&](int r, int s) UNETSR_INLINE {
          const float* part = du + (r * 6 + s) * t.du_point;
          Vector sum = load(part);
          for (int i = 1; i < t.parts; ++i) sum += load(part + i * t.du_part);
          return sum;
        },
        [&](int i, int j, Vector value) UNETSR_INLINE { store_some(dw + (i * 3 + j) * t.dw_tap, value, t.outputs); });
  }
}

WinogradKernels make_winograd_kernels() {
  return {winograd_input, winograd_output, winograd_gradient, winograd_weights, winograd_weight_gradient};
}

}  // namespace
}  // namespace unetsr::kernels::cpu
