#include "kernels/cpu/conv_forward.hpp"

#include <algorithm>

#include "kernels/cpu/pixel_panel.hpp"
#include "kernels/cpu/pixel_product.hpp"
#include "kernels/cpu/scratch.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

using Image = StridedImage<const float>;
using Output = StridedImage<float>;

constexpr float no_bias[most_width] = {};
constexpr int inputs_in_one_sum = 128;  // sums of many channels are put together from shorter ones, lest errors grow

// Copies rows [first, first + rows) of an image with a border of zeros into blocks of 16 channels.
void pad(const Image& x, int n, int first, int rows, int border_rows, int border_columns, float* to) {
  const int width = x.w + 2 * border_columns;
  for (int block = 0; block < x.c; block += channel_block) {
    const int count = std::min(channel_block, x.c - block);
    for (int i = first - border_rows; i < first + rows + border_rows; ++i) {
      if (i < 0 || i >= x.h) {
        std::memset(to, 0, size_t(width) * channel_block * sizeof(float));
        to += width * channel_block;
        continue;
      }
      std::memset(to, 0, size_t(border_columns) * channel_block * sizeof(float));
      to += border_columns * channel_block;
      const float* from = x.at(n, i, 0) + block;
      for (int j = 0; j < x.w; ++j, from += x.pixel, to += channel_block)
        pack_pixel(from, count, channel_block, to, channel_block);
      std::memset(to, 0, size_t(border_columns) * channel_block * sizeof(float));
      to += border_columns * channel_block;
    }
  }
}

// Large images: bands of rows, padded into scratch that stays in the second-level cache; tiles run along rows.
void by_rows(const Image& x, const Weights& weights, const Output& y, const Finish& finish) {
  const Chunks chunks(y.c);
  const int64_t w_column = int64_t(x.c) * chunks.width, w_row = weights.columns() * w_column;
  float* w = scratch(ScratchSlot::weights, size_t(chunks.count * weights.rows() * w_row));
  pack_weights(weights, chunks, w);
  const float* padded_bias = pad_bias(finish.bias, chunks);

  const int border_rows = weights.rows() / 2, border_columns = weights.columns() / 2;
  const int64_t padded_row = int64_t(x.w + 2 * border_columns) * channel_block;
  const int blocks = (x.c + channel_block - 1) / channel_block;
  constexpr int64_t cache_floats = 96 * 1024;
  const int band = int(std::clamp<int64_t>(cache_floats / (padded_row * blocks) - 2 * border_rows, 4, x.h));
  const int bands = (x.h + band - 1) / band;
  parallel_for(int64_t(x.n) * bands, [&](int64_t task) {
    const int n = int(task / bands), first = int(task % bands) * band, rows = std::min(band, x.h - first);
    ForwardTile t{};
    t.kernel_rows = weights.rows(), t.kernel_columns = weights.columns();
    t.x_block = (rows + 2 * border_rows) * padded_row, t.x_row = padded_row, t.x_column = channel_block;
    t.w_row = w_row, t.w_column = w_column, t.y_pixel = y.pixel;
    float* padded = scratch(ScratchSlot::image, size_t(blocks * t.x_block));
    pad(x, n, first, rows, border_rows, border_columns, padded);
    for (int chunk = 0; chunk < chunks.count; ++chunk)
      for (int input = 0; input < x.c; input += inputs_in_one_sum) {
        t.channels = std::min(inputs_in_one_sum, x.c - input);
        t.w = w + chunk * weights.rows() * w_row + input * chunks.width;
        t.bias = input == 0 ? padded_bias + chunks.first(chunk) : no_bias;
        t.add = finish.add || input > 0, t.relu = finish.relu && input + inputs_in_one_sum >= x.c;
        t.y_channels = chunks.outputs_of(chunk);
        for (int i = 0; i < rows; ++i)
          cover(tile_kernels(), chunks.vectors_log2, x.w, t, [&](int j) {
            t.x = padded + input / channel_block * t.x_block + i * padded_row + j * channel_block;
            t.y = y.at(n, first + i, j) + chunks.first(chunk);
            t.gate = finish.gate_at(t.y, y.data);
          });
      }
  });
}

// Small images, where zero borders would be most of the work: a tile is one pixel of several images, and taps outside
// the image are left out. Each task takes a chunk of output channels, with the weights of some input channels at a
// time.
void by_images(const Image& x, const Weights& weights, const Output& y, const Finish& finish) {
  const Chunks chunks(y.c, 1);
  const float* padded_bias = pad_bias(finish.bias, chunks);
  const int64_t pixel = int64_t(x.n) * channel_block, block = x.h * x.w * pixel;
  float* panel = scratch(ScratchSlot::image, size_t((x.c + channel_block - 1) / channel_block * block));
  parallel_for(x.h * x.w, [&](int64_t p) {  // [block of channels][pixel][image][16]
    for (int n = 0; n < x.n; ++n)
      pack_pixel(x.at(n, int(p / x.w), int(p % x.w)), x.c, channel_block, panel + p * pixel + n * channel_block, block);
  });

  constexpr int inputs_at_once = 32;
  parallel_for(chunks.count, [&](int64_t task) {
    const int chunk = int(task);
    const int64_t w_column = int64_t(inputs_at_once) * chunks.width, w_row = weights.columns() * w_column;
    float* w = scratch(ScratchSlot::weights, size_t(weights.rows() * w_row));
    for (int first = 0; first < x.c; first += inputs_at_once) {
      ForwardTile t{};
      t.channels = std::min(inputs_at_once, x.c - first);
      for (int tap = 0; tap < weights.taps(); ++tap)
        pack_weights(weights, chunks, tap, first, t.channels, chunk, w + tap * w_column);
      t.x_block = block, t.x_row = x.w * pixel, t.x_column = pixel, t.w_row = w_row, t.w_column = w_column;
      t.bias = first == 0 ? padded_bias + chunks.first(chunk) : no_bias;
      t.y_pixel = y.image, t.y_channels = chunks.outputs_of(chunk);
      t.add = finish.add || first > 0, t.relu = finish.relu && first + inputs_at_once >= x.c;
      for (int i = 0; i < x.h; ++i)
        for (int j = 0; j < x.w; ++j) {
          const int top = std::max(0, weights.rows() / 2 - i), left = std::max(0, weights.columns() / 2 - j);
          t.kernel_rows = std::min(weights.rows(), x.h - i + weights.rows() / 2) - top;
          t.kernel_columns = std::min(weights.columns(), x.w - j + weights.columns() / 2) - left;
          t.w = w + top * w_row + left * w_column;
          const int row = i + top - weights.rows() / 2, column = j + left - weights.columns() / 2;
          cover(tile_kernels(), chunks.vectors_log2, x.n, t, [&](int n) {
            t.x = panel + first / channel_block * block + (row * x.w + column) * pixel + n * channel_block;
            t.y = y.at(n, i, j) + chunks.first(chunk);
            t.gate = finish.gate_at(t.y, y.data);
          });
        }
    }
  });
}

}  // namespace

void conv_forward(Image x, const Weights& weights, Output y, const Finish& finish) {
  constexpr int small_image = 8;
  if (weights.taps() == 1) {
    const PixelTarget target{{&weights, 1}, y};
    pixel_product({&x, 1}, {&target, 1}, finish);
  } else if (x.w <= small_image && x.h <= small_image && x.n >= 4) {
    by_images(x, weights, y, finish);
  } else {
    by_rows(x, weights, y, finish);
  }
}

}  // namespace unetsr::kernels::cpu
