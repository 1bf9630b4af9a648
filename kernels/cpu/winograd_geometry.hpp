#pragma once
#include <algorithm>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/cpu/strided_image.hpp"

namespace unetsr::kernels::cpu {

// The tiles of a batch of images, numbered image by image and row by row.
struct WinogradGrid {
  int rows, columns, down, across;  // pixels and tiles of an image
  int64_t tiles;

  WinogradGrid(int images, int rows, int columns)
      : rows(rows),
        columns(columns),
        down((rows + winograd_tile - 1) / winograd_tile),
        across((columns + winograd_tile - 1) / winograd_tile),
        tiles(int64_t(images) * down * across) {}

  // A tile, from which one steps to the next.
  class Place {
   public:
    int n, i, j;  // the tile's first pixel

    Place(const WinogradGrid& grid, int64_t tile)
        : n(int(tile / (int64_t(grid.down) * grid.across))),
          i(int(tile / grid.across % grid.down) * winograd_tile),
          j(int(tile % grid.across) * winograd_tile),
          grid_(grid) {}
    void next() {
      if ((j += winograd_tile) < grid_.columns) return;
      j = 0;
      if ((i += winograd_tile) < grid_.rows) return;
      i = 0, ++n;
    }

    // How many of its pixels exist.
    int height() const { return std::min(winograd_tile, grid_.rows - i); }
    int width() const { return std::min(winograd_tile, grid_.columns - j); }
    // Where it begins in an image, and its patch, wherever that lies.
    template <class T>
    T* in(const StridedImage<T>& x) const {
      return x.at(n, i, j);
    }
    template <class T>
    T* patch_in(const StridedImage<T>& x) const {
      return in(x)-x.row - x.pixel;
    }

   private:
    const WinogradGrid& grid_;
  };
  Place place(int64_t tile) const { return {*this, tile}; }

  // How many tiles before its turn a tile of so many channels is asked of memory.
  static int tiles_ahead(int channels) { return std::max(1, 64 / std::max(1, channels)); }

  // Transforms the patches of `count` tiles into v [point][block of channels][tile][16].
  void transform_patches(const WinogradKernels& kernels, const StridedImage<const float>& x, int64_t first, int count,
                         float* v, int64_t v_point, int64_t v_block) const {
    Place p = place(first), ahead = place(first + tiles_ahead(x.c));
    for (int tile = 0; tile < count; ++tile, p.next(), ahead.next()) {
      WinogradInput t{};
      t.x = p.patch_in(x), t.next = ahead.patch_in(x);
      t.x_row = x.row, t.x_pixel = x.pixel, t.channels = x.c;
      t.top = p.i == 0, t.left = p.j == 0;
      t.bottom = std::min(winograd_patch, rows - p.i + 1), t.right = std::min(winograd_patch, columns - p.j + 1);
      t.v = v + tile * channel_block, t.v_point = v_point, t.v_block = v_block;
      kernels.input(t);
    }
  }
};

}  // namespace unetsr::kernels::cpu
