#pragma once
#include <span>

#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Cuts patches out of a stack of images, each in one of the eight orientations of the square.
//
//   stack     (images, H, W, C)
//   crops     one for each patch, in the queue's memory: a graph finds others there at each launch
//   patches   (number of crops, h, w, C); patches that turn rows into columns (odd quarter turns) must be square
//
// `row` and `column` are the upper left corner of the patch inside the image. `orientation`: bit 0 mirrors columns,
// bit 1 mirrors rows, bit 2 then swaps rows and columns. NaN is kept. Throws ShapeError, also if a patch leaves its
// image; but crops on the GPU are not checked: the caller that copies them there calls check_crops().
namespace unetsr::kernels {

struct alignas(16) Crop {
  int image = 0, row = 0, column = 0, orientation = 0;
};

// Throws ShapeError if one of these crops, on the host, leaves its image in a stack of this shape, or turns rows of
// patches of rows x columns into columns although they are not square.
void check_crops(Shape stack, std::span<const Crop> crops, int rows, int columns);

void crop(Queue&, View<const float> stack, std::span<const Crop> crops, View<float> patches);

}  // namespace unetsr::kernels
