#include "kernels/cpu/conv_weight_gradient.hpp"

#include <algorithm>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/cpu/scratch.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

using Image = StridedImage<const float>;

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

// Adds the part of dw for one tile of channels, one chunk of outputs and one tap, over some images and rows.
void add_tile(const Image& x, const Image& dy, const View<float>& dw, const Tiling& tiling, int tile, int chunk,
              int tap, int first_image, int images, int first_row, int end_row) {
  const int shift_row = tap / dw.h - dw.n / 2, shift_column = tap % dw.h - dw.h / 2;
  const int top = std::max(first_row, -shift_row), bottom = std::min(end_row, dy.h - shift_row);
  const int left = std::max(0, -shift_column), right = std::min(dy.w, dy.w - shift_column);
  if (top >= bottom || left >= right) return;
  const int channel = tiling.first_channel(tile), channels = tiling.first_channel(tile + 1) - channel;
  WeightTile t{};
  t.x = x.at(first_image, top + shift_row, left + shift_column) + channel;
  t.dy = dy.at(first_image, top, left) + chunk * tiling.width;
  t.x_image = x.image, t.x_row = x.row, t.x_pixel = x.pixel;
  t.dy_image = dy.image, t.dy_row = dy.row, t.dy_pixel = dy.pixel;
  t.images = images, t.rows = bottom - top, t.columns = right - left;
  t.dy_channels = std::min(tiling.width, tiling.outputs - chunk * tiling.width);
  t.dw = dw.data + (int64_t(tap) * dw.w + channel) * dw.c + chunk * tiling.width;
  t.dw_channel = dw.c, t.add = true;
  tile_kernels().weight[tiling.vectors - 1][channels - 1](t);
}

// Many weights: each task owns a tile of them and goes over all pixels.
void by_weights(const Image& x, const Image& dy, const View<float>& dw, const Tiling& tiling) {
  parallel_for(int64_t(tiling.tiles) * tiling.chunks, [&](int64_t task) {
    const int tile = int(task % tiling.tiles), chunk = int(task / tiling.tiles);
    for (int tap = 0; tap < dw.n * dw.h; ++tap) add_tile(x, dy, dw, tiling, tile, chunk, tap, 0, dy.n, 0, dy.h);
  });
}

// Few weights: each task goes over some rows of pixels and has all weights to itself; the copies are added in order.
void by_pixels(const Image& x, const Image& dy, const View<float>& dw, const Tiling& tiling) {
  constexpr int64_t cache_floats = 128 * 1024;
  constexpr int64_t groups = 16;
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
            add_tile(x, dy, sum, tiling, tile, chunk, tap, n, 1, row, std::min(dy.h, row + band));
    }
  });
  parallel_ranges(size, 4096, [&](int64_t begin, int64_t end) {
    std::copy(partial + begin, partial + end, dw.data + begin);
    for (int64_t group = 1; group < groups; ++group)
      for (int64_t i = begin; i < end; ++i) dw.data[i] += partial[group * size + i];
  });
}

}  // namespace

void conv_weight_gradient(Image x, Image dy, View<float> dw) {
  const Tiling tiling(x.c, dy.c);
  constexpr int64_t few_weights = 32 * 1024, many_weights = 512 * 1024, many_pixels = 2048;
  const int64_t pixels = int64_t(dy.n) * dy.h * dy.w;
  if (dw.size() <= few_weights || (dw.size() <= many_weights && pixels >= many_pixels))
    return by_pixels(x, dy, dw, tiling);
  parallel_ranges(dw.size(), 1 << 16,
                  [&](int64_t begin, int64_t end) { std::fill(dw.data + begin, dw.data + end, 0.0f); });
  by_weights(x, dy, dw, tiling);
}

void conv_bias_gradient(Image dy, float* dbias) {
  constexpr int64_t groups = 16, outputs_at_once = 64;
  const int64_t rows = int64_t(dy.n) * dy.h;
  for (int first = 0; first < dy.c; first += outputs_at_once) {
    const int count = int(std::min<int64_t>(outputs_at_once, dy.c - first));
    double sums[groups][outputs_at_once] = {};
    parallel_for(groups, [&](int64_t group) {
      for (int64_t row = rows * group / groups; row < rows * (group + 1) / groups; ++row) {
        float row_sum[outputs_at_once] = {};
        const float* p = dy.at(int(row / dy.h), int(row % dy.h), 0) + first;
        if (count == outputs_at_once)
          for (int j = 0; j < dy.w; ++j, p += dy.pixel)
            for (int k = 0; k < outputs_at_once; ++k) row_sum[k] += p[k];
        else
          for (int j = 0; j < dy.w; ++j, p += dy.pixel)
            for (int k = 0; k < count; ++k) row_sum[k] += p[k];
        for (int k = 0; k < count; ++k) sums[group][k] += double(row_sum[k]);
      }
    });
    for (int k = 0; k < count; ++k) {
      double sum = 0;
      for (const auto& group : sums) sum += group[k];
      dbias[first + k] = float(sum);
    }
  }
}

}  // namespace unetsr::kernels::cpu
