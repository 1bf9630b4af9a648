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

struct Gradient {
  const TileKernels& kernels = tile_kernels();
  Image x, dy;
  View<float> dw;
  WinogradGrid grid;
  int blocks, vectors;                   // blocks of input channels, vectors of output channels
  int channels_a_tile;                   // of a product in registers
  int64_t du_vector, du_point, du_size;  // du [point][vector][c][lanes]

  Gradient(Image x, Image dy, View<float> dw) : x(x), dy(dy), dw(dw), grid(x.n, x.h, x.w) {
    blocks = (x.c + kChannelBlock - 1) / kChannelBlock;
    vectors = (dy.c + kernels.lanes - 1) / kernels.lanes;
    channels_a_tile = kChannelBlock;
    while (channels_a_tile > kernels.max_weight_channels[0]) channels_a_tile /= 2;
    du_vector = int64_t(x.c) * kernels.lanes;
    du_point = vectors * du_vector;
    du_size = kWinogradPoints * du_point;
  }

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
  void multiply(int point, const float* v, const float* z, int64_t stride, int count, bool add, float* du) const {
    WeightTile t{};
    t.x_pixel = kChannelBlock, t.dy_pixel = kernels.lanes;
    t.rows = 1, t.columns = count;
    t.dy_channels = kernels.lanes, t.dw_channel = kernels.lanes, t.add = add;
    for (int vector = 0; vector < vectors; ++vector)
      for (int c = 0; c < x.c; c += channels_a_tile) {
        t.x = v + point * v_point(stride) + (c / kChannelBlock) * stride * kChannelBlock + c % kChannelBlock;
        t.dy = z + point * z_point(stride) + vector * stride * kernels.lanes;
        t.dw = du + point * du_point + vector * du_vector + c * kernels.lanes;
        kernels.weight[0][std::min(channels_a_tile, x.c - c) - 1](t);
      }
  }

  // dw from `parts` partial sums of du.
  void transform_back(const float* du, int parts) const {
    parallel_for(int64_t(vectors) * blocks, [&](int64_t task) {
      const int vector = int(task / blocks), first = int(task % blocks) * kChannelBlock;
      WinogradWeightGradient t{};
      t.du = du + vector * du_vector + first * kernels.lanes, t.du_part = du_size, t.du_point = du_point;
      t.parts = parts, t.inputs = std::min(kChannelBlock, x.c - first);
      t.outputs = dy.c - vector * kernels.lanes;
      t.dw = dw.data + int64_t(first) * dw.c + vector * kernels.lanes;
      t.dw_tap = int64_t(dw.w) * dw.c, t.dw_row = dw.c;
      kernels.winograd.weight_gradient(t);
    });
  }
};

// Many tiles: each group of them has all of du to itself; the groups are added in order.
void by_tiles(const Gradient& g) {
  constexpr int64_t groups = 16, tiles_at_once = 32;
  float* du = scratch(ScratchSlot::partial_sums, size_t(groups * g.du_size));
  parallel_for(groups, [&](int64_t group) {
    float* sum = du + group * g.du_size;
    float* v = scratch(ScratchSlot::image, size_t(kWinogradPoints * g.v_point(tiles_at_once)));
    float* z = scratch(ScratchSlot::products, size_t(kWinogradPoints * g.z_point(tiles_at_once)));
    const int64_t begin = g.grid.tiles * group / groups, end = g.grid.tiles * (group + 1) / groups;
    for (int64_t first = begin; first < end; first += tiles_at_once) {
      const int count = int(std::min(tiles_at_once, end - first));
      g.transform(first, count, v, z, tiles_at_once);
      for (int point = 0; point < kWinogradPoints; ++point)
        g.multiply(point, v, z, tiles_at_once, count, first > begin, sum);
    }
  });
  g.transform_back(du, int(groups));
}

// Few tiles: all are transformed first, then each task has a point of du to itself.
void by_points(const Gradient& g) {
  const int64_t tiles = g.grid.tiles;
  float* du = scratch(ScratchSlot::partial_sums, size_t(g.du_size));
  float* v = scratch(ScratchSlot::image, size_t(kWinogradPoints * g.v_point(tiles)));
  float* z = scratch(ScratchSlot::products, size_t(kWinogradPoints * g.z_point(tiles)));
  parallel_ranges(tiles, 4, [&](int64_t begin, int64_t end) {
    g.transform(begin, int(end - begin), v + begin * kChannelBlock, z + begin * g.kernels.lanes, tiles);
  });
  parallel_for(kWinogradPoints, [&](int64_t point) { g.multiply(int(point), v, z, tiles, int(tiles), false, du); });
  g.transform_back(du, 1);
}

}  // namespace

void winograd_weight_gradient(Image x, Image dy, View<float> dw) {
  const Gradient g(x, dy, dw);
  constexpr int64_t few_tiles = 512;
  g.grid.tiles <= few_tiles ? by_points(g) : by_tiles(g);
}

}  // namespace unetsr::kernels::cpu
