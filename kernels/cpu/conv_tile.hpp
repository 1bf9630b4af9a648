#pragma once
#include <cstdint>

#include "kernels/cpu/winograd_tile.hpp"

// The inner loops of every convolution, once for each instruction set. A tile lives in registers: some pixels by some
// vectors of output channels (forward), or some input channels by some vectors of output channels (weight gradient).
namespace unetsr::kernels::cpu {

// y(p, k) = (or +=) bias(k) + sum over kernel rows, kernel columns and channels of x(p, ...) w(..., k), for the pixels
// p of a tile and all k of a chunk of `width` = vectors * lanes output channels. In x channels lie in blocks of 16 and
// the pixels of the tile 16 apart.
struct ForwardTile {
  const float* x;
  int64_t x_block, x_row, x_column;  // strides: blocks of channels, kernel rows, kernel columns
  int channels, kernel_rows, kernel_columns;
  const float* w;  // [kernel row][kernel column][channel][width]
  int64_t w_row, w_column;
  const float* bias;  // `width` values
  float* y;
  int64_t y_pixel;
  const int64_t* y_offsets;  // where the pixels lie, if not null, instead of y_pixel apart
  int y_channels;            // how many of the chunk's channels exist
  bool relu, add;
  const float* gate;  // lies as y does, or null: where it is not above 0 the sum counts as 0
};

// y(p, k) = (or +=) sum over channels of x(p, c) w(c, k), for any number of pixels p and all k of a chunk of `width` =
// vectors * lanes. x as of a ForwardTile; w [channel][width], y [pixel][width].
struct ProductTile {
  const float* x;
  int64_t x_block;
  int pixels, channels;
  const float* w;
  float* y;
  bool add;
};

// dw(c, k) = (or +=) sum over rows and columns of x(pixel, c) dy(pixel, k).
struct WeightTile {
  const float *x, *dy;
  int64_t x_row, x_pixel, dy_row, dy_pixel;
  int rows, columns;
  int dy_channels;  // how many of the chunk's channels exist
  float* dw;
  int64_t dw_channel;
  bool add;
};

// to(c, k) = w(c, k), or w(k, c) if `turned`, for all c and a chunk of `vectors` vectors k, of which `outputs` exist.
struct PackTile {
  const float* w;
  int64_t w_row;
  int inputs, outputs, vectors;
  bool turned;
  float* to;  // [c][vectors * lanes]
};

constexpr int channel_block = 16;     // channels that lie together in x
constexpr int most_vectors_log2 = 2;  // forward tiles are 1, 2 or 4 vectors wide
constexpr int most_width = 64;        // floats
constexpr int most_forward_pixels = 20;
constexpr int most_weight_channels = 16;

struct TileKernels {
  const char* instruction_set;
  int lanes;
  // Forward tiles by log2 of the vectors and by pixels - 1. Wider ones would have too few pixels to read weights for.
  int max_vectors_log2;
  int max_pixels[most_vectors_log2 + 1];
  void (*forward[most_vectors_log2 + 1][most_forward_pixels])(const ForwardTile&);
  void (*product[most_vectors_log2 + 1])(const ProductTile&);  // by log2 of the vectors
  // Weight tiles by vectors - 1 and by channels - 1.
  int max_weight_channels[2];
  void (*weight[2][most_weight_channels])(const WeightTile&);
  void (*pack)(const PackTile&);
  WinogradKernels winograd;
};

// The best that this processor can run; UNETSR_CPU=portable|avx2|avx512 asks for another one.
const TileKernels& tile_kernels();

// log2 of the vectors of a forward tile: as many as waste no more of them than one would.
int tile_vectors_log2(int outputs);

// Calls forward tiles for `count` pixels in steps that are as even as possible: 13 pixels are 7 + 6, not 12 + 1.
// `advance` sets x and y for the first pixel of each.
template <class Advance>
void cover(const TileKernels& kernels, int vectors_log2, int count, ForwardTile& t, const Advance& advance) {
  const int most = kernels.max_pixels[vectors_log2], tiles = (count + most - 1) / most;
  for (int i = 0; i < tiles; ++i) {
    const int begin = count * i / tiles, pixels = count * (i + 1) / tiles - begin;
    advance(begin);
    kernels.forward[vectors_log2][pixels - 1](t);
  }
}

const TileKernels& tile_kernels_portable();
#ifdef __x86_64__
const TileKernels& tile_kernels_avx2();
const TileKernels& tile_kernels_avx512();
#endif

}  // namespace unetsr::kernels::cpu
