#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/features/scaling.hpp"
#include "kernels/view.hpp"
#include "nn/model_spec.hpp"
#include "pipeline/maps/predictor.hpp"

// A network's output for the cells of an image. It is the same for a part of an image as for the whole.
namespace unetsr::pipeline {

ImageSizes image_sizes(const nn::ModelSpec&);

// The smallest part of an image inside `block` with all chosen cells of any window (windows, rows, columns); without
// any it has no rows.
data::Part part_with(std::span<const uint8_t> cells, const data::Part& block, int rows, int columns);

// Of the blocks that an image is mapped by where nobody asks for others, in cells.
inline constexpr int map_block_side = 512;
// An image in blocks, row by row.
std::vector<data::Part> blocks_of(int rows, int columns, int side);

// Puts the values of a part into the image that it is a part of.
void paste(std::span<const float> values, const data::Part&, int columns, std::span<float> image);

// The part of an image of rows x columns that a network has to read, so that its output for the cells of `core` is the
// same as for the whole image. `radius`: of the receptive field, in cells. Throws UsageError if a network of one size
// takes patches larger than the image.
data::Part part_to_see(const data::Part& core, int rows, int columns, const ImageSizes&, int radius);

// The patches of a part of an image that a network reads, whose outputs are averaged: all of the part in four mirrored
// orientations, with a border to a multiple of the pooling; or, for networks that take one size only, those that
// overlap.
struct ShownPatches {
  std::vector<kernels::Crop> crops;  // of an image of image_rows x image_columns, which begins where the part does
  int rows = 0, columns = 0;         // of a patch
  int image_rows = 0, image_columns = 0;
  int at_once = 1;
};
ShownPatches shown_patches(const ImageSizes&, const data::Part&, int rows, int columns);

// The image with a border of missing cells below and to the right, for a network to read.
nn::Images with_border(View<const float> image, int rows, int columns, const data::Scaling&);

// The network's output for each cell of `part` of an image of rows x columns: the mean over the four mirrored images,
// or, for networks that take one size only, over overlapping patches. `image` (1, part.rows, part.columns, channels)
// holds the inputs of the part as they are before `scaling`; cells where one is missing are blanked. Only the cells
// whose part_to_see lies in `part` are those of the whole image.
std::vector<double> network_output(const Predictor&, const data::Scaling&, const ImageSizes&, View<const float> image,
                                   const data::Part& part, int rows, int columns);

}  // namespace unetsr::pipeline
