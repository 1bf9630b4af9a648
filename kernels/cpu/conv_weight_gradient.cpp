#include "kernels/cpu/conv_weight_gradient.hpp"

#include <algorithm>

#include "kernels/cpu/clones.hpp"
#include "kernels/cpu/conv_tile.hpp"
#include "kernels/cpu/pixel_panel.hpp"
#include "kernels/cpu/scratch.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

using Image = StridedImage<const float>;

constexpr int64_t pixel_groups = 16;

// How the channels are cut into tiles.
struct Tiling {
  int vectors, width, outputs, chunks;  // output channels
  int channels, tiles;                  // input channels

  Tiling(int inputs, int outputs) : outputs(outputs), channels(inputs) {
    const TileKernels& kernels = tile_kernels();
    vectors = outputs > kernels.lanes ? 2 : 1;
    width = vectors * kernels.lanes;
    chunks = (outputs + width - 1) / width;
    const int most = kernels.max_weight_channels[vectors - 1];
    tiles = (inputs + most - 1) / most;
  }
  int first_channel(int tile) const { return channels * tile / tiles; }
};

// The pixels of dy that a tap pairs with pixels of x.
struct Overlap {
  int shift_row, shift_column, top, bottom, left, right;

  Overlap(const Image& dy, const View<float>& dw, int tap)
      : shift_row(tap / dw.h - dw.n / 2), shift_column(tap % dw.h - dw.h / 2) {
    top = std::max(0, -shift_row), bottom = std::min(dy.h, dy.h - shift_row);
    left = std::max(0, -shift_column), right = std::min(dy.w, dy.w - shift_column);
  }
};

// Adds the part of dw for one tile of channels, one chunk of outputs and one tap, over some rows of an image.
void add_tile(const Image& x, const Image& dy, const View<float>& dw, const Tiling& tiling, int tile, int chunk,
              int tap, int n, int first_row, int end_row) {
  const Overlap o(dy, dw, tap);
  const int top = std::max(first_row, o.top), bottom = std::min(end_row, o.bottom);
  if (top >= bottom || o.left >= o.right) return;
  const int channel = tiling.first_channel(tile), channels = tiling.first_channel(tile + 1) - channel;
  WeightTile t{};
  t.x = x.at(n, top + o.shift_row, o.left + o.shift_column) + channel;
  t.dy = dy.at(n, top, o.left) + chunk * tiling.width;
  t.x_row = x.row, t.x_pixel = x.pixel, t.dy_row = dy.row, t.dy_pixel = dy.pixel;
  t.rows = bottom - top, t.columns = o.right - o.left;
  t.dy_channels = std::min(tiling.width, tiling.outputs - chunk * tiling.width);
  t.dw = dw.data + (int64_t(tap) * dw.w + channel) * dw.c + chunk * tiling.width;
  t.dw_channel = dw.c, t.add = true;
  tile_kernels().weight[tiling.vectors - 1][channels - 1](t);
}

// Few weights: each of pixel_groups tasks goes over some rows of pixels and has all weights to itself; the copies are
// added in order.
void by_pixels(const Image& x, const Image& dy, const View<float>& dw) {
  const Tiling tiling(x.c, dy.c);
  constexpr int64_t cache_floats = 128 * 1024;
  constexpr int64_t groups = pixel_groups;
  const int64_t row_floats = int64_t(dy.w) * (x.c + dy.c), size = dw.size(), taps = dw.n * dw.h;
  const int band = int(std::clamp<int64_t>(cache_floats / row_floats, 1, dy.h));
  const int bands = (dy.h + band - 1) / band;
  const int64_t units = int64_t(dy.n) * bands;
  float* partial = scratch(ScratchSlot::partial_sums, size_t(groups * size));
  parallel_for(groups, [&](int64_t group) {
    View<float> sum(partial + group * size, dw.shape());
    std::fill_n(sum.data, size, 0.0f);
    for (int64_t unit = units * group / groups; unit < units * (group + 1) / groups; ++unit) {
      const int n = int(unit / bands), row = int(unit % bands) * band;
      for (int chunk = 0; chunk < tiling.chunks; ++chunk)
        for (int tile = 0; tile < tiling.tiles; ++tile)
          for (int tap = 0; tap < taps; ++tap)
            add_tile(x, dy, sum, tiling, tile, chunk, tap, n, row, std::min(dy.h, row + band));
    }
  });
  parallel_ranges(size, 4096, [&](int64_t begin, int64_t end) {
    std::copy(partial + begin, partial + end, dw.data + begin);
    for (int64_t group = 1; group < groups; ++group)
      for (int64_t i = begin; i < end; ++i) dw.data[i] += partial[group * size + i];
  });
}

// Copies pixels in the order row, column, image, in blocks of channels: a block of all pixels, then the next. Thus what
// a tap sees of small images is long.
void pack_panel(const Image& x, int block, float* to) {
  const int pixels = x.h * x.w;
  parallel_ranges(pixels, std::max(1, 4096 / (x.n * x.c)), [&](int64_t begin, int64_t end) {
    for (int64_t p = begin; p < end; ++p)
      for (int n = 0; n < x.n; ++n)
        pack_pixel(x.at(n, int(p / x.w), int(p % x.w)), x.c, block, to + (p * x.n + n) * block,
                   int64_t(pixels) * x.n * block);
  });
}

// Many weights: the pixels are packed into panels, then each task owns the weights of a tile of channels and a vector
// of outputs and goes over all pixels.
void by_weights(const Image& x, std::span<const WeightGradient> gradients) {
  const TileKernels& kernels = tile_kernels();
  const int lanes = kernels.lanes, outputs = gradients[0].dy.c, taps = gradients[0].dw.n * gradients[0].dw.h;
  const int64_t row = int64_t(x.w) * x.n, pixels = x.h * row;
  const int64_t x_size = (x.c + channel_block - 1) / channel_block * channel_block * pixels;
  const int64_t dy_size = (outputs + lanes - 1) / lanes * lanes * pixels;
  float* x_panel = scratch(ScratchSlot::image, size_t(x_size) + gradients.size() * size_t(dy_size));
  float* dy_panels = x_panel + x_size;
  pack_panel(x, channel_block, x_panel);
  for (size_t g = 0; g < gradients.size(); ++g) pack_panel(gradients[g].dy, lanes, dy_panels + int64_t(g) * dy_size);

  int most = channel_block;
  while (most > kernels.max_weight_channels[0]) most /= 2;
  const int tiles = (x.c + most - 1) / most, vectors = (outputs + lanes - 1) / lanes;
  parallel_for(int64_t(gradients.size()) * vectors * tiles, [&](int64_t task) {
    const int channel = int(task % tiles) * most, first_output = int(task / tiles % vectors) * lanes;
    const int64_t g = task / tiles / vectors;
    const auto& [dy, dw] = gradients[size_t(g)];
    WeightTile t{};
    t.x_pixel = channel_block, t.x_row = row * channel_block, t.dy_pixel = lanes, t.dy_row = row * lanes;
    t.dy_channels = std::min(lanes, outputs - first_output), t.dw_channel = outputs;
    for (int tap = 0; tap < taps; ++tap) {
      const Overlap o(dy, dw, tap);
      t.rows = std::max(0, o.bottom - o.top), t.columns = std::max(0, o.right - o.left) * x.n;
      const int64_t y_first = o.top * row + o.left * x.n, x_first = y_first + o.shift_row * row + o.shift_column * x.n;
      t.x = x_panel + channel / channel_block * channel_block * pixels + channel % channel_block +
            x_first * channel_block;
      t.dy = dy_panels + g * dy_size + first_output * pixels + y_first * lanes;
      t.dw = dw.data + (int64_t(tap) * x.c + channel) * outputs + first_output;
      kernels.weight[0][std::min(most, x.c - channel) - 1](t);
    }
  });
}

constexpr int outputs_at_once = 64;

// Adds `count` channels of a row of pixels, each summed in float, to double sums.
UNETSR_CLONES void add_row(const float* dy, int64_t pixel, int columns, int count, double* sums) {
  float row_sum[outputs_at_once] = {};
  if (count == outputs_at_once)
    for (int j = 0; j < columns; ++j, dy += pixel)
      for (int k = 0; k < outputs_at_once; ++k) row_sum[k] += dy[k];
  else
    for (int j = 0; j < columns; ++j, dy += pixel)
      for (int k = 0; k < count; ++k) row_sum[k] += dy[k];
  for (int k = 0; k < count; ++k) sums[k] += double(row_sum[k]);
}

}  // namespace

void conv_weight_gradient(Image x, std::span<const WeightGradient> gradients) {
  const int64_t count = int64_t(gradients.size()), pixels = int64_t(x.n) * x.h * x.w;
  const int64_t copied_by_weights = pixels * (x.c + count * gradients[0].dy.c);
  const int64_t copied_by_pixels = pixel_groups * count * gradients[0].dw.size();
  if (copied_by_weights < copied_by_pixels) return by_weights(x, gradients);
  for (const WeightGradient& g : gradients) by_pixels(x, g.dy, g.dw);
}

void conv_bias_gradient(Image dy, float* dbias) {
  constexpr int64_t groups = 16;
  const int64_t rows = int64_t(dy.n) * dy.h;
  for (int first = 0; first < dy.c; first += outputs_at_once) {
    const int count = std::min(outputs_at_once, dy.c - first);
    double sums[groups][outputs_at_once] = {};
    parallel_for(groups, [&](int64_t group) {
      for (int64_t row = rows * group / groups; row < rows * (group + 1) / groups; ++row)
        add_row(dy.at(int(row / dy.h), int(row % dy.h), 0) + first, dy.pixel, dy.w, count, sums[group]);
    });
    for (int k = 0; k < count; ++k) {
      double sum = 0;
      for (const auto& group : sums) sum += group[k];
      dbias[first + k] = float(sum);
    }
  }
}

}  // namespace unetsr::kernels::cpu
