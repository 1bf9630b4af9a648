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

constexpr int64_t gap = 16;  // floats between points, lest all 36 fall into the same set of a cache

// Tiles cut into tasks of at most `most`, as even as they can be with whole register tiles of `unit`.
struct Evenly {
  int64_t size, unit, units, count, most;

  Evenly(int64_t size, int64_t unit, int64_t at_most) : size(size), unit(unit), units((size + unit - 1) / unit) {
    const int64_t units_a_task = std::max<int64_t>(1, at_most / unit);
    count = (units + units_a_task - 1) / units_a_task;
    most = units_a_task * unit;
  }
  int64_t begin(int64_t task) const { return std::min(size, units * task / count * unit); }
};

// One convolution: what goes in and out, and how the output channels are cut into chunks.
struct Convolution {
  const TileKernels& kernels = tile_kernels();
  Image x;
  Weights weights;
  Chunks chunks;
  Output y;
  Finish finish;  // its bias filled up to whole chunks
  WinogradGrid grid{x.n, x.h, x.w};
  int blocks = (x.c + channel_block - 1) / channel_block;

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

  // m [point][chunk][tile][width] = (or +=) the matrix products of v and u [point][chunk][channel][width] over `inputs`
  // channels, for some chunks. What lies at a point is small, and read again for each chunk.
  void multiply(const float* v, int64_t v_point, int64_t v_block, int count, const float* u, int64_t u_point,
                int inputs, int some, bool add_products, float* m, int64_t m_point) const {
    const auto product = kernels.product[chunks.vectors_log2];
    for (int point = 0; point < winograd_points; ++point)
      for (int chunk = 0; chunk < some; ++chunk)
        product({v + point * v_point, v_block, count, inputs,
                 u + point * u_point + int64_t(chunk) * inputs * chunks.width,
                 m + point * m_point + int64_t(chunk) * count * chunks.width, add_products});
  }

  // The outputs of some chunks.
  void transform_products(int first_chunk, int some, int64_t first, int count, const float* m, int64_t m_point) const {
    for (int chunk = 0; chunk < some; ++chunk)
      transform_products(first_chunk + chunk, first, count, m + int64_t(chunk) * count * chunks.width, m_point);
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

// Few weights or many tiles: the weights are transformed once, then each task takes some tiles from the patch to the
// output.
void by_tiles(const Convolution& c) {
  const int64_t u_chunk = int64_t(c.x.c) * c.chunks.width, u_point = c.chunks.count * u_chunk + gap;
  float* u = scratch(ScratchSlot::weights, size_t(winograd_points * u_point));
  parallel_for(int64_t(c.chunks.count) * c.blocks, [&](int64_t task) {
    const int chunk = int(task / c.blocks), first = int(task % c.blocks) * channel_block;
    c.transform_weights(chunk, first, std::min(channel_block, c.x.c - first),
                        u + chunk * u_chunk + first * c.chunks.width, u_point);
  });
  constexpr int64_t most = 48;  // tiles a task: all weights pass through the caches once for each
  const Evenly tasks(c.grid.tiles, c.kernels.max_pixels[c.chunks.vectors_log2], most);
  const int64_t v_block = tasks.most * channel_block, v_point = c.blocks * v_block + gap;
  const int64_t m_point = tasks.most * c.chunks.count * c.chunks.width + gap;
  parallel_for(tasks.count, [&](int64_t task) {
    const int64_t first = tasks.begin(task);
    const int count = int(tasks.begin(task + 1) - first);
    float* v = scratch(ScratchSlot::image, size_t(winograd_points * v_point));
    float* m = scratch(ScratchSlot::products, size_t(winograd_points * m_point));
    c.transform_patches(first, count, v, v_point, v_block);
    c.multiply(v, v_point, v_block, count, u, u_point, c.x.c, c.chunks.count, false, m, m_point);
    c.transform_products(0, c.chunks.count, first, count, m, m_point);
  });
}

// Many weights: all patches are transformed first, then each task takes some chunks of output channels to the output,
// with the weights of some input channels at a time.
void by_chunks(const Convolution& c) {
  const int64_t tiles = c.grid.tiles, v_block = tiles * channel_block, v_point = c.blocks * v_block + gap;
  float* v = scratch(ScratchSlot::image, size_t(winograd_points * v_point));
  parallel_ranges(tiles, 4, [&](int64_t begin, int64_t end) {
    c.transform_patches(begin, int(end - begin), v + begin * channel_block, v_point, v_block);
  });
  constexpr int outputs_a_task = 32;
  const int inputs_at_once = std::min(256, c.blocks * channel_block);
  const int chunks_a_task = std::max(1, outputs_a_task / c.chunks.width);
  const int64_t u_point = int64_t(inputs_at_once) * chunks_a_task * c.chunks.width + gap;
  const int64_t m_point = tiles * chunks_a_task * c.chunks.width + gap;
  parallel_for((c.chunks.count + chunks_a_task - 1) / chunks_a_task, [&](int64_t task) {
    const int chunk = int(task) * chunks_a_task, some = std::min(chunks_a_task, c.chunks.count - chunk);
    float* u = scratch(ScratchSlot::weights, size_t(winograd_points * u_point));
    float* m = scratch(ScratchSlot::products, size_t(winograd_points * m_point));
    for (int first = 0; first < c.x.c; first += inputs_at_once) {
      const int inputs = std::min(inputs_at_once, c.x.c - first);
      for (int i = 0; i < some; ++i)
        c.transform_weights(chunk + i, first, inputs, u + int64_t(i) * inputs * c.chunks.width, u_point);
      c.multiply(v + (first / channel_block) * v_block, v_point, v_block, int(tiles), u, u_point, inputs, some,
                 first > 0, m, m_point);
    }
    c.transform_products(chunk, some, 0, int(tiles), m, m_point);
  });
}

void convolve(Image x, const Weights& weights, Output y, Finish finish) {
  constexpr int64_t few_weights = 8 * 1024, few_tiles = 128, many_tiles = 256;
  const int64_t tiles = WinogradGrid(x.n, x.h, x.w).tiles;
  const bool few = tiles >= many_tiles || (tiles >= few_tiles && int64_t(x.c) * y.c <= few_weights);
  const Chunks chunks(y.c, few ? most_vectors_log2 : 1);
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
