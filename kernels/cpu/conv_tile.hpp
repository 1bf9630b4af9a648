#pragma once
#include <cstdint>

#include "kernels/cpu/winograd_tile.hpp"

// The inner loops of every convolution, once for each instruction set. A tile lives in registers: some pixels by some
// vectors of output channels (forward), or some input channels by some vectors of output channels (weight gradient).
namespace unetsr::kernels::cpu {

// y(p, k) = bias(k) + sum over kernel rows, kernel columns and channels of x(p, ...) w(..., k), for the pixels p of a
// tile and all k of a chunk of `width` = vectors * lanes output channels.
struct ForwardTile {
  const float* x;
  int64_t x_pixel, x_block, x_row,
      x_column;  // strides: pixels of the tile, blocks of 16 channels, kernel rows, columns
  int channels, kernel_rows, kernel_columns;
  const float* w;  // [kernel row][kernel column][channel][width]
  int64_t w_row, w_column;
  const float* bias;  // `width` values
  float* y;
  int64_t y_pixel;
  int y_channels;  // how many of the chunk's channels exist
  bool relu, add;  // add: y += instead of y =
};

// dw(c, k) = (or +=) sum over images, rows and columns of x(pixel, c) dy(pixel, k).
struct WeightTile {
  const float *x, *dy;
  int64_t x_image, x_row, x_pixel, dy_image, dy_row, dy_pixel;
  int images, rows, columns;
  int dy_channels;  // how many of the chunk's channels exist
  float* dw;
  int64_t dw_channel;
  bool add;
};

constexpr int kChannelBlock = 16;   // channels that lie together in a padded image
constexpr int kMaxVectorsLog2 = 2;  // forward tiles are 1, 2 or 4 vectors wide
constexpr int kMaxWidth = 64;       // floats
constexpr int kMaxForwardPixels = 20;
constexpr int kMaxWeightChannels = 16;

struct TileKernels {
  const char* instruction_set;
  int lanes;
  // Forward tiles by log2 of the vectors and by pixels - 1. `padded`: x_pixel = x_column = 16, known when compiled.
  int max_pixels_padded[kMaxVectorsLog2 + 1], max_pixels_strided[kMaxVectorsLog2 + 1];
  void (*forward_padded[kMaxVectorsLog2 + 1][kMaxForwardPixels])(const ForwardTile&);
  void (*forward_strided[kMaxVectorsLog2 + 1][kMaxForwardPixels])(const ForwardTile&);
  // Weight tiles by vectors - 1 and by channels - 1.
  int max_weight_channels[2];
  void (*weight[2][kMaxWeightChannels])(const WeightTile&);
  WinogradKernels winograd;
};

// The best that this processor can run; UNETSR_CPU=portable|avx2|avx512 asks for another one.
const TileKernels& tile_kernels();

// log2 of the vectors of a forward tile: as many as waste no more of them than one would.
int tile_vectors_log2(int outputs);

// Calls a tile for `count` pixels in steps that are as even as possible: 13 pixels are 7 + 6, not 12 + 1.
template <class Table, class Advance>
void cover(int count, int max_pixels, const Table& table, ForwardTile& t, const Advance& advance) {
  const int tiles = (count + max_pixels - 1) / max_pixels;
  for (int i = 0; i < tiles; ++i) {
    const int begin = count * i / tiles, pixels = count * (i + 1) / tiles - begin;
    advance(begin);
    table[pixels - 1](t);
  }
}

const TileKernels& tile_kernels_portable();
#ifdef __x86_64__
const TileKernels& tile_kernels_avx2();
const TileKernels& tile_kernels_avx512();
#endif

}  // namespace unetsr::kernels::cpu
