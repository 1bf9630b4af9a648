#include "kernels/cpu/conv_forward.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/cpu/scratch.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

using Image = StridedImage<const float>;
using Output = StridedImage<float>;

ForwardTile tile_for(const PackedWeights& w, int chunk, bool relu, bool add) {
  ForwardTile t{};
  t.channels = w.channels, t.kernel_rows = w.kernel_rows, t.kernel_columns = w.kernel_columns;
  t.w = w.chunk(chunk), t.w_row = w.row_stride(), t.w_column = w.column_stride();
  t.bias = w.bias + chunk * w.width;
  t.y_channels = std::min(w.width, w.outputs - chunk * w.width);
  t.relu = relu, t.add = add;
  return t;
}

// Copies rows [first, first + rows) of an image with a border of zeros into blocks of 16 channels.
void pad(const Image& x, int n, int first, int rows, int border_rows, int border_columns, float* to) {
  const int width = x.w + 2 * border_columns;
  for (int block = 0; block < x.c; block += kChannelBlock) {
    const int count = std::min(kChannelBlock, x.c - block);
    for (int i = first - border_rows; i < first + rows + border_rows; ++i) {
      if (i < 0 || i >= x.h) {
        std::memset(to, 0, size_t(width) * kChannelBlock * sizeof(float));
        to += width * kChannelBlock;
        continue;
      }
      std::memset(to, 0, size_t(border_columns) * kChannelBlock * sizeof(float));
      to += border_columns * kChannelBlock;
      const float* from = x.at(n, i, 0) + block;
      if (count == kChannelBlock)
        for (int j = 0; j < x.w; ++j, from += x.pixel, to += kChannelBlock)
          std::memcpy(to, from, kChannelBlock * sizeof(float));
      else
        for (int j = 0; j < x.w; ++j, from += x.pixel, to += kChannelBlock) std::copy_n(from, count, to);
      std::memset(to, 0, size_t(border_columns) * kChannelBlock * sizeof(float));
      to += border_columns * kChannelBlock;
    }
  }
}

// Large images: bands of rows, padded into scratch that stays in the second-level cache; tiles run along rows.
void forward_by_rows(const Image& x, const PackedWeights& w, const Output& y, bool relu, bool add) {
  const TileKernels& kernels = tile_kernels();
  const int border_rows = w.kernel_rows / 2, border_columns = w.kernel_columns / 2;
  const int64_t padded_row = int64_t(x.w + 2 * border_columns) * kChannelBlock;
  const int blocks = (x.c + kChannelBlock - 1) / kChannelBlock;
  constexpr int64_t cache_floats = 96 * 1024;
  const int band = int(std::clamp<int64_t>(cache_floats / (padded_row * blocks) - 2 * border_rows, 4, x.h));
  const int bands = (x.h + band - 1) / band;
  parallel_for(int64_t(x.n) * bands, [&](int64_t task) {
    const int n = int(task / bands), first = int(task % bands) * band, rows = std::min(band, x.h - first);
    const int64_t block_stride = (rows + 2 * border_rows) * padded_row;
    float* padded = scratch(ScratchSlot::image, size_t(blocks * block_stride));
    pad(x, n, first, rows, border_rows, border_columns, padded);
    for (int chunk = 0; chunk < w.chunks; ++chunk) {
      ForwardTile t = tile_for(w, chunk, relu, add);
      t.x_block = block_stride, t.x_row = padded_row, t.y_pixel = y.pixel;
      for (int i = 0; i < rows; ++i)
        cover(x.w, kernels.max_pixels_padded[w.vectors_log2], kernels.forward_padded[w.vectors_log2], t, [&](int j) {
          t.x = padded + i * padded_row + j * kChannelBlock;
          t.y = y.at(n, first + i, j) + chunk * w.width;
        });
    }
  });
}

// Small images, where zero borders would be most of the work: a tile is one pixel of several images, and taps outside
// the image are left out.
void forward_by_images(const Image& x, const PackedWeights& w, const Output& y, bool relu, bool add) {
  const TileKernels& kernels = tile_kernels();
  parallel_for(int64_t(w.chunks) * x.h * x.w, [&](int64_t task) {
    const int chunk = int(task / (x.h * x.w)), i = int(task / x.w % x.h), j = int(task % x.w);
    ForwardTile t = tile_for(w, chunk, relu, add);
    const int top = std::max(0, w.kernel_rows / 2 - i), left = std::max(0, w.kernel_columns / 2 - j);
    t.kernel_rows = std::min(w.kernel_rows, x.h - i + w.kernel_rows / 2) - top;
    t.kernel_columns = std::min(w.kernel_columns, x.w - j + w.kernel_columns / 2) - left;
    t.w += top * t.w_row + left * t.w_column;
    t.x_pixel = x.image, t.x_block = kChannelBlock, t.x_row = x.row, t.x_column = x.pixel, t.y_pixel = y.image;
    cover(x.n, kernels.max_pixels_strided[w.vectors_log2], kernels.forward_strided[w.vectors_log2], t, [&](int n) {
      t.x = x.at(n, i + top - w.kernel_rows / 2, j + left - w.kernel_columns / 2);
      t.y = y.at(n, i, j) + chunk * w.width;
    });
  });
}

// 1x1 kernels have no border: tiles run along the rows of the image itself.
void forward_pointwise(const Image& x, const PackedWeights& w, const Output& y, bool relu, bool add) {
  const TileKernels& kernels = tile_kernels();
  constexpr int segment = 64;
  const int segments = (x.w + segment - 1) / segment;
  parallel_for(int64_t(w.chunks) * x.n * segments, [&](int64_t task) {
    const int chunk = int(task / (int64_t(x.n) * segments)), n = int(task / segments % x.n);
    const int first = int(task % segments) * segment, count = std::min(segment, x.w - first);
    ForwardTile t = tile_for(w, chunk, relu, add);
    t.x_pixel = x.pixel, t.x_block = kChannelBlock, t.y_pixel = y.pixel;
    for (int i = 0; i < x.h; ++i)
      cover(count, kernels.max_pixels_strided[w.vectors_log2], kernels.forward_strided[w.vectors_log2], t, [&](int j) {
        t.x = x.at(n, i, first + j);
        t.y = y.at(n, i, first + j) + chunk * w.width;
      });
  });
}

}  // namespace

void conv_forward(Image x, const PackedWeights& weights, Output y, bool relu, bool add) {
  constexpr int small_image = 8;
  if (weights.kernel_rows == 1 && weights.kernel_columns == 1)
    forward_pointwise(x, weights, y, relu, add);
  else if (x.w <= small_image && x.h <= small_image && x.n >= 4)
    forward_by_images(x, weights, y, relu, add);
  else
    forward_by_rows(x, weights, y, relu, add);
}

}  // namespace unetsr::kernels::cpu
