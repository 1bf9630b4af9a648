#pragma once
#include <span>

#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Cuts patches out of a stack of images, each in one of the eight orientations of the square.
//
//   stack     (images, H, W, C)
//   patches   (number of crops, h, w, C); patches that turn rows into columns (odd quarter turns) must be square
//
// `row` and `column` are the upper left corner of the patch inside the image. `orientation`: bit 0 mirrors columns,
// bit 1 mirrors rows, bit 2 then swaps rows and columns. NaN is kept. Throws ShapeError if a patch leaves its image.
namespace unetsr::kernels {

struct Crop {
  int image = 0, row = 0, column = 0, orientation = 0;
};

void crop(Queue&, View<const float> stack, std::span<const Crop> crops, View<float> patches);

}  // namespace unetsr::kernels
