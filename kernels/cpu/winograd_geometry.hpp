#pragma once
#include <algorithm>

#include "kernels/cpu/strided_image.hpp"
#include "kernels/cpu/winograd_tile.hpp"

namespace unetsr::kernels::cpu {

// The tiles of a batch of images, numbered image by image and row by row.
struct WinogradGrid {
  int rows, columns, down, across;  // pixels and tiles of an image
  int64_t tiles;

  WinogradGrid(int images, int rows, int columns)
      : rows(rows),
        columns(columns),
        down((rows + kWinogradTile - 1) / kWinogradTile),
        across((columns + kWinogradTile - 1) / kWinogradTile),
        tiles(int64_t(images) * down * across) {}

  struct Place {
    int n, i, j;        // the tile's first pixel
    int height, width;  // how many of its pixels exist
  };
  Place place(int64_t tile) const {
    const int i = int(tile / across % down) * kWinogradTile, j = int(tile % across) * kWinogradTile;
    return {int(tile / (int64_t(down) * across)), i, j, std::min(kWinogradTile, rows - i),
            std::min(kWinogradTile, columns - j)};
  }

  // The patch of a tile, without where its transform goes.
  WinogradInput patch(const StridedImage<const float>& x, int64_t tile) const {
    const Place p = place(tile);
    WinogradInput t{};
    t.x = x.data + p.n * x.image + (p.i - 1) * x.row + (p.j - 1) * x.pixel;
    t.x_row = x.row, t.x_pixel = x.pixel, t.channels = x.c;
    t.top = p.i == 0, t.left = p.j == 0;
    t.bottom = std::min(kWinogradPatch, rows - p.i + 1), t.right = std::min(kWinogradPatch, columns - p.j + 1);
    return t;
  }
};

}  // namespace unetsr::kernels::cpu
