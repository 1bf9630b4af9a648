#pragma once
#include <span>
#include <vector>

#include "kernels/view.hpp"

// Between a grid and the grid of its blocks of factor x factor cells (see coarsened()). Images are (windows, rows,
// columns, 1); NaN is missing.
namespace unetsr::data {

// The shape of the blocks; those at the end may be partial.
Shape block_shape(Shape fine, int factor);

// Mean over the present cells of each block, weighted by `weights` (all equal, if empty); missing where less than half
// of a block's cells are present.
std::vector<float> block_mean(std::span<const float> fine, Shape, int factor, std::span<const float> weights = {});

// The value that most present cells of each block have (of equally many the least), for numbers that name classes.
// Missing likewise.
std::vector<float> block_mode(std::span<const float> fine, Shape, int factor);

enum class Interpolation { nearest, bilinear, bicubic };

// nearest: each fine cell has its block's value. Else between the centres of the blocks, for the fine cells' centres;
// beyond the outermost centres the nearest one's value goes on. bicubic: Keys 1981, a = -0.5. Missing where the block
// that holds the cell is missing; missing neighbours of others are omitted and the weights of the rest scaled up to 1.
std::vector<float> refine(std::span<const float> blocks, Shape fine, int factor, Interpolation);

}  // namespace unetsr::data
