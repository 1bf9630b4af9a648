#include <algorithm>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/cpu/packed_weights.hpp"
#include "kernels/cpu/scratch.hpp"
#include "kernels/cpu/winograd.hpp"
#include "kernels/cpu/winograd_geometry.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

using Image = StridedImage<const float>;
using Output = StridedImage<float>;

constexpr int64_t kGap = 16;  // floats between points, lest all 36 fall into the same set of a cache
constexpr int64_t kCacheFloats = 160 * 1024;

// One convolution: what goes in and out, and how the output channels are cut into chunks.
struct Convolution {
  const TileKernels& kernels = tile_kernels();
  Image x;
  Weights weights;
  Chunks chunks;
  Output y;
  Finish finish;  // its bias filled up to whole chunks
  WinogradGrid grid{x.n, x.h, x.w};
  int blocks = (x.c + kChannelBlock - 1) / kChannelBlock;

  // u [point][channel][width] for some input channels and a chunk of output channels.
  void transform_weights(int chunk, int first_input, int inputs, float* u, int64_t u_point) const {
    const View<const float>& w = weights.w;
    const int first = chunks.first(chunk);
    WinogradWeights t{};
    t.w_tap = int64_t(w.w) * w.c, t.w_row = w.c, t.turned = weights.turned;
    t.w = w.data + (weights.turned ? first * t.w_row + first_input : first_input * t.w_row + first);
    t.inputs = inputs, t.outputs = chunks.outputs_of(chunk), t.vectors = 1 << chunks.vectors_log2;
    t.u = u, t.u_point = u_point;
    kernels.winograd.weights(t);
  }

  // v [point][block of channels][tile][16].
  void transform_patches(int64_t first, int count, float* v, int64_t v_point, int64_t v_block) const {
    grid.transform_patches(kernels.winograd, x, first, count, v, v_point, v_block);
  }

  // m [point][tile][width] = (or +=) the matrix products of v and u over `inputs` channels.
  void multiply(const float* v, int64_t v_point, int64_t v_block, int count, const float* u, int64_t u_point,
                int inputs, bool add_products, float* m, int64_t m_point) const {
    static constexpr float no_bias[kMaxWidth] = {};
    ForwardTile t{};
    t.x_block = v_block, t.channels = inputs, t.kernel_rows = t.kernel_columns = 1;
    t.bias = no_bias, t.y_pixel = t.y_channels = chunks.width, t.add = add_products;
    for (int point = 0; point < kWinogradPoints; ++point) {
      t.w = u + point * u_point;
      cover(kernels, chunks.vectors_log2, count, t, [&](int i) {
        t.x = v + point * v_point + i * kChannelBlock;
        t.y = m + point * m_point + i * chunks.width;
      });
    }
  }

  void transform_products(int chunk, int64_t first, int count, const float* m, int64_t m_point) const {
    WinogradGrid::Place p = grid.place(first), ahead = grid.place(first + 1);
    for (int i = 0; i < count; ++i, p.next(), ahead.next()) {
      WinogradOutput t{};
      t.m = m + i * chunks.width, t.m_point = m_point, t.bias = finish.bias + chunks.first(chunk);
      t.y = p.in(y) + chunks.first(chunk), t.next = ahead.in(y) + chunks.first(chunk);
      t.y_row = y.row, t.y_pixel = y.pixel;
      t.rows = p.height(), t.columns = p.width(), t.channels = chunks.outputs_of(chunk);
      t.relu = finish.relu, t.add = finish.add, t.gate = finish.gate_at(t.y, y.data);
      kernels.winograd.output(t);
    }
  }
};

// Few weights: they are transformed once, then each task takes some tiles from the patch to the output.
void by_tiles(const Convolution& c) {
  const int64_t u_point = int64_t(c.x.c) * c.chunks.width + kGap, u_chunk = kWinogradPoints * u_point;
  float* u = scratch(ScratchSlot::weights, size_t(c.chunks.count * u_chunk));
  parallel_for(int64_t(c.chunks.count) * c.blocks, [&](int64_t task) {
    const int chunk = int(task / c.blocks), first = int(task % c.blocks) * kChannelBlock;
    c.transform_weights(chunk, first, std::min(kChannelBlock, c.x.c - first),
                        u + chunk * u_chunk + first * c.chunks.width, u_point);
  });
  const int64_t most = kCacheFloats / (kWinogradPoints * (int64_t(c.blocks) * kChannelBlock + c.chunks.width));
  const int tiles_a_task = int(std::clamp<int64_t>(most / 12 * 12, 12, 48));
  const int64_t v_block = int64_t(tiles_a_task) * kChannelBlock, v_point = c.blocks * v_block + kGap;
  const int64_t m_point = int64_t(tiles_a_task) * c.chunks.width + kGap;
  parallel_for((c.grid.tiles + tiles_a_task - 1) / tiles_a_task, [&](int64_t task) {
    const int64_t first = task * tiles_a_task;
    const int count = int(std::min<int64_t>(tiles_a_task, c.grid.tiles - first));
    float* v = scratch(ScratchSlot::image, size_t(kWinogradPoints * v_point));
    float* m = scratch(ScratchSlot::products, size_t(kWinogradPoints * m_point));
    c.transform_patches(first, count, v, v_point, v_block);
    for (int chunk = 0; chunk < c.chunks.count; ++chunk) {
      c.multiply(v, v_point, v_block, count, u + chunk * u_chunk, u_point, c.x.c, false, m, m_point);
      c.transform_products(chunk, first, count, m, m_point);
    }
  });
}

// Many weights: all patches are transformed first, then each task takes a chunk of output channels to the output, with
// the weights of some input channels at a time.
void by_chunks(const Convolution& c) {
  const int64_t tiles = c.grid.tiles, v_block = tiles * kChannelBlock, v_point = c.blocks * v_block + kGap;
  float* v = scratch(ScratchSlot::image, size_t(kWinogradPoints * v_point));
  parallel_ranges(tiles, 4, [&](int64_t begin, int64_t end) {
    c.transform_patches(begin, int(end - begin), v + begin * kChannelBlock, v_point, v_block);
  });
  const int inputs_at_once = std::min(256, c.blocks * kChannelBlock);
  const int64_t u_point = int64_t(inputs_at_once) * c.chunks.width + kGap, m_point = tiles * c.chunks.width + kGap;
  parallel_for(c.chunks.count, [&](int64_t task) {
    const int chunk = int(task);
    float* u = scratch(ScratchSlot::weights, size_t(kWinogradPoints * u_point));
    float* m = scratch(ScratchSlot::products, size_t(kWinogradPoints * m_point));
    for (int first = 0; first < c.x.c; first += inputs_at_once) {
      const int inputs = std::min(inputs_at_once, c.x.c - first);
      c.transform_weights(chunk, first, inputs, u, u_point);
      c.multiply(v + (first / kChannelBlock) * v_block, v_point, v_block, int(tiles), u, u_point, inputs, first > 0, m,
                 m_point);
    }
    c.transform_products(chunk, 0, int(tiles), m, m_point);
  });
}

void convolve(Image x, const Weights& weights, Output y, Finish finish) {
  constexpr int64_t few_weights = 8 * 1024, few_tiles = 128, many_tiles = 1024;
  const int64_t tiles = WinogradGrid(x.n, x.h, x.w).tiles;
  const bool few = tiles > many_tiles || (tiles >= few_tiles && int64_t(x.c) * y.c <= few_weights);
  const Chunks chunks(y.c, few ? kMaxVectorsLog2 : 1);
  finish.bias = pad_bias(finish.bias, chunks);
  const Convolution c{.x = x, .weights = weights, .chunks = chunks, .y = y, .finish = finish};
  few ? by_tiles(c) : by_chunks(c);
}

}  // namespace

void winograd_forward(Image x, View<const float> w, Output y, const Finish& finish) {
  convolve(x, {w}, y, finish);
}

void winograd_data_gradient(Image dy, View<const float> w, Output dx, const Finish& finish) {
  convolve(dy, {w, true}, dx, finish);
}

}  // namespace unetsr::kernels::cpu
