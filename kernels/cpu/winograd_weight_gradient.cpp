#include <algorithm>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/cpu/scratch.hpp"
#include "kernels/cpu/winograd.hpp"
#include "kernels/cpu/winograd_geometry.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

using Image = StridedImage<const float>;

constexpr int64_t kGap = 16;  // floats between points, lest all 36 fall into the same set of a cache

// Some blocks of input channels and some vectors of output channels, and their du [point][vector][channel][lanes].
struct Part {
  int first_block, end_block, first_vector, end_vector;
  int64_t du_vector, du_point, du_size;
};

struct Gradient {
  const TileKernels& kernels = tile_kernels();
  Image x, dy;
  View<float> dw;
  WinogradGrid grid;
  int blocks, vectors;
  int channels_a_tile;  // of a product in registers

  Gradient(Image x, Image dy, View<float> dw) : x(x), dy(dy), dw(dw), grid(x.n, x.h, x.w) {
    blocks = (x.c + kChannelBlock - 1) / kChannelBlock;
    vectors = (dy.c + kernels.lanes - 1) / kernels.lanes;
    channels_a_tile = kChannelBlock;
    while (channels_a_tile > kernels.max_weight_channels[0]) channels_a_tile /= 2;
  }

  Part part(int first_block, int end_block, int first_vector, int end_vector) const {
    Part p{first_block, end_block, first_vector, end_vector, 0, 0, 0};
    p.du_vector = int64_t(std::min(end_block * kChannelBlock, x.c) - first_block * kChannelBlock) * kernels.lanes;
    p.du_point = (end_vector - first_vector) * p.du_vector;
    p.du_size = kWinogradPoints * p.du_point;
    return p;
  }
  Part all() const { return part(0, blocks, 0, vectors); }

  // Transforms tiles into v [point][block][tile][16] and z [point][vector][tile][lanes].
  void transform(int64_t first, int count, float* v, float* z, int64_t stride) const {
    grid.transform_patches(kernels.winograd, x, first, count, v, v_point(stride), stride * kChannelBlock);
    WinogradGrid::Place p = grid.place(first), ahead = grid.place(first + WinogradGrid::tiles_ahead(dy.c));
    for (int i = 0; i < count; ++i, p.next(), ahead.next()) {
      WinogradGradient g{};
      g.dy = p.in(dy), g.next = ahead.in(dy);
      g.dy_row = dy.row, g.dy_pixel = dy.pixel;
      g.rows = p.height(), g.columns = p.width(), g.channels = dy.c;
      g.z = z + i * kernels.lanes;
      g.z_block = stride * kernels.lanes, g.z_point = z_point(stride);
      kernels.winograd.gradient(g);
    }
  }

  int64_t v_point(int64_t tiles) const { return blocks * tiles * kChannelBlock + kGap; }
  int64_t z_point(int64_t tiles) const { return vectors * tiles * kernels.lanes + kGap; }

  // du(point) = (or +=) the products of the tiles' v and z.
  void multiply(const Part& part, int point, const float* v, const float* z, int64_t stride, int count, bool add,
                float* du) const {
    WeightTile t{};
    t.x_pixel = kChannelBlock, t.dy_pixel = kernels.lanes;
    t.rows = 1, t.columns = count;
    t.dy_channels = kernels.lanes, t.dw_channel = kernels.lanes, t.add = add;
    t.dw = du + point * part.du_point;
    const int first = part.first_block * kChannelBlock, end = std::min(part.end_block * kChannelBlock, x.c);
    for (int vector = part.first_vector; vector < part.end_vector; ++vector)
      for (int c = first; c < end; c += channels_a_tile) {
        const int channels = std::min(channels_a_tile, end - c);
        t.x = v + point * v_point(stride) + (c / kChannelBlock) * stride * kChannelBlock + c % kChannelBlock;
        t.dy = z + point * z_point(stride) + vector * stride * kernels.lanes;
        kernels.weight[0][channels - 1](t);
        t.dw += channels * kernels.lanes;
      }
  }

  // One block and one vector of dw from `sums` partial sums of a part's du.
  void transform_back(const Part& part, int block, int vector, const float* du, int sums) const {
    const int first = block * kChannelBlock;
    WinogradWeightGradient t{};
    t.du = du + (vector - part.first_vector) * part.du_vector +
           (block - part.first_block) * int64_t(kChannelBlock) * kernels.lanes;
    t.du_part = part.du_size, t.du_point = part.du_point;
    t.parts = sums, t.inputs = std::min(kChannelBlock, x.c - first);
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
    float* v = scratch(ScratchSlot::image, size_t(kWinogradPoints * g.v_point(tiles_at_once)));
    float* z = scratch(ScratchSlot::products, size_t(kWinogradPoints * g.z_point(tiles_at_once)));
    const int64_t begin = g.grid.tiles * group / groups, end = g.grid.tiles * (group + 1) / groups;
    for (int64_t first = begin; first < end; first += tiles_at_once) {
      const int count = int(std::min(tiles_at_once, end - first));
      g.transform(first, count, v, z, tiles_at_once);
      for (int point = 0; point < kWinogradPoints; ++point)
        g.multiply(all, point, v, z, tiles_at_once, count, first > begin, sum);
    }
  });
  g.transform_all_back(du, int(groups));
}

// Few tiles: all are transformed first. Then each task has a part of du to itself, which stays in the second-level
// cache until it is dw; or a point, where there are few parts.
void by_parts(const Gradient& g) {
  const int64_t tiles = g.grid.tiles;
  float* v = scratch(ScratchSlot::image, size_t(kWinogradPoints * g.v_point(tiles)));
  float* z = scratch(ScratchSlot::products, size_t(kWinogradPoints * g.z_point(tiles)));
  parallel_ranges(tiles, 4, [&](int64_t begin, int64_t end) {
    g.transform(begin, int(end - begin), v + begin * kChannelBlock, z + begin * g.kernels.lanes, tiles);
  });
  constexpr int most_blocks = 32 / kChannelBlock, few_parts = 8;
  const int most_vectors = 64 / g.kernels.lanes;
  const int down = (g.blocks + most_blocks - 1) / most_blocks, across = (g.vectors + most_vectors - 1) / most_vectors;
  if (down * across < few_parts) {
    const Part all = g.all();
    float* du = scratch(ScratchSlot::partial_sums, size_t(all.du_size));
    parallel_for(kWinogradPoints,
                 [&](int64_t point) { g.multiply(all, int(point), v, z, tiles, int(tiles), false, du); });
    return g.transform_all_back(du, 1);
  }
  parallel_for(int64_t(down) * across, [&](int64_t task) {
    const int block = int(task % down) * most_blocks, vector = int(task / down) * most_vectors;
    const Part part =
        g.part(block, std::min(block + most_blocks, g.blocks), vector, std::min(vector + most_vectors, g.vectors));
    float* du = scratch(ScratchSlot::partial_sums, size_t(part.du_size));
    for (int point = 0; point < kWinogradPoints; ++point) g.multiply(part, point, v, z, tiles, int(tiles), false, du);
    for (int k = part.first_vector; k < part.end_vector; ++k)
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
