#pragma once
#include <span>
#include <vector>

#include "kernels/view.hpp"

// Kriging from means over blocks of factor x factor cells to the cells themselves (Kyriakidis 2004).
namespace unetsr::data {

// The variogram of cells: sill (1 - exp(-h / range)), h in cells.
struct CellVariogram {
  double sill = 0, range = 1;
};

// The one whose means over blocks come nearest to the variogram of the blocks (least squares over the pairs of up to 6
// blocks apart, range by trial), as Goovaerts 2008 deconvolves it. blocks: rows x columns, NaN is missing.
CellVariogram deconvolve_variogram(std::span<const float> blocks, int rows, int columns, int factor);

// Ordinary area-to-point kriging of images (windows, rows, columns, 1), window by window, from the 5 x 5 blocks around
// a cell, with a window's own variogram. The mean over a whole block of cells is the block's value. Missing where the
// block that holds the cell is missing; other missing blocks are omitted.
std::vector<float> area_to_point(std::span<const float> blocks, Shape fine, int factor);

}  // namespace unetsr::data
