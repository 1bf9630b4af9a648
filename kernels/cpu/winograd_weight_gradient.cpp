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

constexpr int64_t gap = 16;  // floats between points, lest all 36 fall into the same set of a cache

// Some blocks of input channels and some chunks of output channels, and their du [point][chunk][channel][width].
struct Part {
  int first_block, end_block, first_chunk, end_chunk;
  int64_t du_chunk, du_point, du_size;
};

struct Gradient {
  const TileKernels& kernels = tile_kernels();
  Image x, dy;
  View<float> dw;
  WinogradGrid grid;
  Chunks chunks;
  int blocks, vectors;  // of channels; of outputs

  Gradient(Image x, Image dy, View<float> dw) : x(x), dy(dy), dw(dw), grid(x.n, x.h, x.w), chunks(dy.c, 1) {
    blocks = (x.c + channel_block - 1) / channel_block;
    vectors = (dy.c + kernels.lanes - 1) / kernels.lanes;
  }

  int channels_of(int block) const { return std::min(channel_block, x.c - block * channel_block); }

  Part part(int first_block, int end_block, int first_chunk, int end_chunk) const {
    Part p{first_block, end_block, first_chunk, end_chunk, 0, 0, 0};
    p.du_chunk = int64_t(std::min(end_block * channel_block, x.c) - first_block * channel_block) * chunks.width;
    p.du_point = (end_chunk - first_chunk) * p.du_chunk;
    p.du_size = winograd_points * p.du_point;
    return p;
  }
  Part all() const { return part(0, blocks, 0, chunks.count); }

  // Transforms tiles into v [point][block][tile][16] and z [point][chunk][tile][width].
  void transform(int64_t first, int count, float* v, float* z, int64_t stride) const {
    grid.transform_patches(kernels.winograd, x, first, count, v, v_point(stride), stride * channel_block);
    WinogradGrid::Place p = grid.place(first), ahead = grid.place(first + WinogradGrid::tiles_ahead(dy.c));
    for (int i = 0; i < count; ++i, p.next(), ahead.next()) {
      WinogradGradient g{};
      g.dy = p.in(dy), g.next = ahead.in(dy);
      g.dy_row = dy.row, g.dy_pixel = dy.pixel;
      g.rows = p.height(), g.columns = p.width(), g.channels = dy.c, g.vectors = 1 << chunks.vectors_log2;
      g.z = z + i * chunks.width;
      g.z_chunk = stride * chunks.width, g.z_point = z_point(stride);
      kernels.winograd.gradient(g);
    }
  }

  int64_t v_point(int64_t tiles) const { return blocks * tiles * channel_block + gap; }
  int64_t z_point(int64_t tiles) const { return chunks.count * tiles * chunks.width + gap; }

  // du(point) = (or +=) the products of the tiles' v and z. A block's channels are cut as evenly as can be into tiles
  // that registers hold.
  void multiply(const Part& part, int point, const float* v, const float* z, int64_t stride, int count, bool add,
                float* du) const {
    WeightTile t{};
    t.x_pixel = channel_block, t.dy_pixel = chunks.width;
    t.rows = 1, t.columns = count;
    t.dy_channels = chunks.width, t.dw_channel = chunks.width, t.add = add;
    t.dw = du + point * part.du_point;
    const int most = kernels.max_weight_channels[chunks.vectors_log2];
    for (int chunk = part.first_chunk; chunk < part.end_chunk; ++chunk)
      for (int block = part.first_block; block < part.end_block; ++block) {
        const int channels = channels_of(block), tiles = (channels + most - 1) / most;
        t.dy = z + point * z_point(stride) + chunk * stride * chunks.width;
        for (int tile = 0; tile < tiles; ++tile) {
          const int c = channels * tile / tiles, some = channels * (tile + 1) / tiles - c;
          t.x = v + point * v_point(stride) + block * stride * channel_block + c;
          kernels.weight[chunks.vectors_log2][some - 1](t);
          t.dw += some * chunks.width;
        }
      }
  }

  // One block of channels and one vector of outputs of dw from `sums` partial sums of a part's du.
  void transform_back(const Part& part, int block, int vector, const float* du, int sums) const {
    const int first = block * channel_block, chunk = vector >> chunks.vectors_log2,
              output = vector * kernels.lanes - chunks.first(chunk);
    WinogradWeightGradient t{};
    t.du = du + (chunk - part.first_chunk) * part.du_chunk +
           (block - part.first_block) * int64_t(channel_block) * chunks.width + output;
    t.du_part = part.du_size, t.du_point = part.du_point, t.du_channel = chunks.width;
    t.parts = sums, t.inputs = channels_of(block);
    t.outputs = dy.c - vector * kernels.lanes;
    t.dw = dw.data + int64_t(first) * dw.c + vector * kernels.lanes;
    t.dw_tap = int64_t(dw.w) * dw.c, t.dw_row = dw.c;
    kernels.winograd.weight_gradient(t);
  }
  void transform_all_back(const float* du, int sums) const {
    parallel_for(int64_t(vectors) * blocks,
                 [&](int64_t task) { transform_back(all(), int(task % blocks), int(task / blocks), du, sums); });
  }
};

// Many tiles: each group of them has all of du to itself; the groups are added in order.
void by_tiles(const Gradient& g) {
  constexpr int64_t groups = 16, tiles_at_once = 64;
  const Part all = g.all();
  float* du = scratch(ScratchSlot::partial_sums, size_t(groups * all.du_size));
  parallel_for(groups, [&](int64_t group) {
    float* sum = du + group * all.du_size;
    float* v = scratch(ScratchSlot::image, size_t(winograd_points * g.v_point(tiles_at_once)));
    float* z = scratch(ScratchSlot::products, size_t(winograd_points * g.z_point(tiles_at_once)));
    const int64_t begin = g.grid.tiles * group / groups, end = g.grid.tiles * (group + 1) / groups;
    for (int64_t first = begin; first < end; first += tiles_at_once) {
      const int count = int(std::min(tiles_at_once, end - first));
      g.transform(first, count, v, z, tiles_at_once);
      for (int point = 0; point < winograd_points; ++point)
        g.multiply(all, point, v, z, tiles_at_once, count, first > begin, sum);
    }
  });
  g.transform_all_back(du, int(groups));
}

// Few tiles: all are transformed first. Then each task has a part of du to itself, which stays in the second-level
// cache until it is dw; or a point, where there are few parts.
void by_parts(const Gradient& g) {
  const int64_t tiles = g.grid.tiles;
  float* v = scratch(ScratchSlot::image, size_t(winograd_points * g.v_point(tiles)));
  float* z = scratch(ScratchSlot::products, size_t(winograd_points * g.z_point(tiles)));
  parallel_ranges(tiles, 4, [&](int64_t begin, int64_t end) {
    g.transform(begin, int(end - begin), v + begin * channel_block, z + begin * g.chunks.width, tiles);
  });
  constexpr int most_blocks = 32 / channel_block, few_parts = 8;
  const int most_chunks = 64 / g.chunks.width;
  const int down = (g.blocks + most_blocks - 1) / most_blocks,
            across = (g.chunks.count + most_chunks - 1) / most_chunks;
  if (down * across < few_parts) {
    const Part all = g.all();
    float* du = scratch(ScratchSlot::partial_sums, size_t(all.du_size));
    parallel_for(winograd_points,
                 [&](int64_t point) { g.multiply(all, int(point), v, z, tiles, int(tiles), false, du); });
    return g.transform_all_back(du, 1);
  }
  parallel_for(int64_t(down) * across, [&](int64_t task) {
    const int block = int(task % down) * most_blocks, chunk = int(task / down) * most_chunks;
    const Part part =
        g.part(block, std::min(block + most_blocks, g.blocks), chunk, std::min(chunk + most_chunks, g.chunks.count));
    float* du = scratch(ScratchSlot::partial_sums, size_t(part.du_size));
    for (int point = 0; point < winograd_points; ++point) g.multiply(part, point, v, z, tiles, int(tiles), false, du);
    const int log2 = g.chunks.vectors_log2;
    for (int k = part.first_chunk << log2; k < std::min(part.end_chunk << log2, g.vectors); ++k)
      for (int c = part.first_block; c < part.end_block; ++c) g.transform_back(part, c, k, du, 1);
  });
}

}  // namespace

void winograd_weight_gradient(Image x, Image dy, View<float> dw) {
  const Gradient g(x, dy, dw);
  constexpr int64_t few_tiles = 512;
  g.grid.tiles <= few_tiles ? by_parts(g) : by_tiles(g);
}

}  // namespace unetsr::kernels::cpu
