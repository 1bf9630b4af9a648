#pragma once
#include "kernels/cpu/conv_tile.hpp"
#include "kernels/cpu/vector.hpp"
#include "kernels/cpu/winograd_loops.hpp"

// Included once for each instruction set, by a source that is compiled for it and defines UNETSR_LANES and
// UNETSR_ACCUMULATORS (vectors a tile may keep in registers).
namespace unetsr::kernels::cpu {
namespace {

constexpr int accumulators = UNETSR_ACCUMULATORS;

// Adds the products of `channels` channels, at most a block, to the sums of a tile.
template <int Pixels, int Vectors>
UNETSR_INLINE inline void add_products(const float* x, int channels, const float* w, Vector (&sum)[Pixels][Vectors]) {
  for (int c = 0; c < channels; ++c, ++x, w += Vectors * lanes) {
    Vector weight[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) weight[v] = load(w + v * lanes);
#pragma GCC unroll 32
    for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sum[p][v] += x[p * channel_block] * weight[v];
  }
}

template <int Pixels, int Vectors>
void forward(const ForwardTile& t) {
  Vector sum[Pixels][Vectors];
#pragma GCC unroll 32
  for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) sum[p][v] = load(t.bias + v * lanes);

  for (int first = 0; first < t.channels; first += channel_block) {
    const int count = t.channels - first < channel_block ? t.channels - first : channel_block;
    for (int r = 0; r < t.kernel_rows; ++r)
      for (int s = 0; s < t.kernel_columns; ++s) {
        const float* x = t.x + (first / channel_block) * t.x_block + r * t.x_row + s * t.x_column;
        const float* w = t.w + r * t.w_row + s * t.w_column + first * (Vectors * lanes);
        add_products(x, count, w, sum);
      }
  }

  const Vector zero{};
#pragma GCC unroll 32
  for (int p = 0; p < Pixels; ++p) {
    const int64_t offset = t.y_offsets ? t.y_offsets[p] : p * t.y_pixel;
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
      const int left = t.y_channels - v * lanes;
      float* y = t.y + offset + v * lanes;
      Vector value = sum[p][v];
      if (t.gate) value = load_some(t.gate + offset + v * lanes, left) > zero ? value : zero;
      if (t.add) value += load_some(y, left);
      if (t.relu) value = value < zero ? zero : value;  // keeps NaN
      store_some(y, value, left);
    }
  }
}

// Some pixels of a product. Where channels are few, the work before and after the sums takes much of the time: it is
// kept to a minimum.
template <int Pixels, int Vectors>
void product_of_pixels(const float* x, int64_t x_block, int channels, const float* w, float* y, bool add) {
  Vector sum[Pixels][Vectors] = {};
  for (int first = 0; first < channels; first += channel_block, x += x_block, w += channel_block * Vectors * lanes)
    add_products(x, channels - first < channel_block ? channels - first : channel_block, w, sum);
  if (add)
#pragma GCC unroll 32
    for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sum[p][v] += load(y + (p * Vectors + v) * lanes);
#pragma GCC unroll 32
  for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) store(y + (p * Vectors + v) * lanes, sum[p][v]);
}

template <int Vectors, int... P>
void product_in_steps(const ProductTile& t, std::integer_sequence<int, P...>) {
  constexpr decltype(&product_of_pixels<1, Vectors>) of_pixels[] = {product_of_pixels<P + 1, Vectors>...};
  constexpr int most = sizeof...(P);
  const int steps = (t.pixels + most - 1) / most;
  for (int i = 0; i < steps; ++i) {
    const int begin = t.pixels * i / steps, pixels = t.pixels * (i + 1) / steps - begin;
    of_pixels[pixels - 1](t.x + begin * channel_block, t.x_block, t.channels, t.w, t.y + begin * Vectors * lanes,
                          t.add);
  }
}

template <int Channels, int Vectors>
void weight(const WeightTile& t) {
  Vector sum[Channels][Vectors];
#pragma GCC unroll 16
  for (int c = 0; c < Channels; ++c)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v)
      sum[c][v] = load_some(t.dw + c * t.dw_channel + v * lanes, t.add ? t.dy_channels - v * lanes : 0);

  const bool whole = t.dy_channels >= Vectors * lanes;
  for (int i = 0; i < t.rows; ++i) {
    const float* x = t.x + i * t.x_row;
    const float* dy = t.dy + i * t.dy_row;
    for (int j = 0; j < t.columns; ++j, x += t.x_pixel, dy += t.dy_pixel) {
      Vector gradient[Vectors];
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v)
        gradient[v] = whole ? load(dy + v * lanes) : load_some(dy + v * lanes, t.dy_channels - v * lanes);
#pragma GCC unroll 16
      for (int c = 0; c < Channels; ++c)
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) sum[c][v] += x[c] * gradient[v];
    }
  }

#pragma GCC unroll 16
  for (int c = 0; c < Channels; ++c)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v)
      store_some(t.dw + c * t.dw_channel + v * lanes, sum[c][v], t.dy_channels - v * lanes);
}

void pack(const PackTile& t) {
  const int width = t.vectors * lanes;
  for (int first = 0; first < t.inputs; first += lanes)
    for (int v = 0; v < t.vectors; ++v) {
      Vector rows[lanes];
      gather_weights(t.w, t.w_row, t.turned, first, t.inputs - first, v * lanes, t.outputs - v * lanes, rows);
      for (int c = 0; c < lanes && first + c < t.inputs; ++c)
        store(t.to + int64_t(first + c) * width + v * lanes, rows[c]);
    }
}

template <int Vectors, int... P>
void fill_forward(void (**table)(const ForwardTile&), std::integer_sequence<int, P...>) {
  ((table[P] = forward<P + 1, Vectors>), ...);
}

template <int Vectors, int... C>
void fill_weight(void (**table)(const WeightTile&), std::integer_sequence<int, C...>) {
  ((table[C] = weight<C + 1, Vectors>), ...);
}

template <int VectorsLog2>
void add_forward(TileKernels& kernels) {
  constexpr int vectors = 1 << VectorsLog2, least_pixels = 4;
  constexpr int most = accumulators / vectors < most_forward_pixels ? accumulators / vectors : most_forward_pixels;
  if constexpr (most < least_pixels) return;
  kernels.max_vectors_log2 = VectorsLog2;
  kernels.max_pixels[VectorsLog2] = most;
  fill_forward<vectors>(kernels.forward[VectorsLog2], std::make_integer_sequence<int, most>());
  kernels.product[VectorsLog2] = [](const ProductTile& t) {
    product_in_steps<vectors>(t, std::make_integer_sequence<int, most>());
  };
}

TileKernels make_tile_kernels(const char* instruction_set) {
  TileKernels kernels{};
  kernels.instruction_set = instruction_set;
  kernels.lanes = lanes;
  add_forward<0>(kernels);
  add_forward<1>(kernels);
  add_forward<2>(kernels);
  constexpr int one = accumulators < most_weight_channels ? accumulators : most_weight_channels, two = accumulators / 2;
  kernels.max_weight_channels[0] = one;
  kernels.max_weight_channels[1] = two;
  fill_weight<1>(kernels.weight[0], std::make_integer_sequence<int, one>());
  fill_weight<2>(kernels.weight[1], std::make_integer_sequence<int, two>());
  kernels.pack = pack;
  kernels.winograd = make_winograd_kernels();
  return kernels;
}

}  // namespace
}  // namespace unetsr::kernels::cpu
