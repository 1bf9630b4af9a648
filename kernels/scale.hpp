#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Shifts and scales channels: y = (x - offset) / spread.
//
//   x, y   (N, H, W, C), may be the same memory
//
// Computed in double and rounded once, so that all devices agree bit for bit. NaN stays NaN; or, where a network is to
// read y, a cell of which a channel of y is missing becomes 0 in all channels (`blanks`). Throws ShapeError.
namespace unetsr::kernels {

// offset[k] and spread[k] of channel k, in the queue's memory; or, of `per_image`, of image k / C and channel k % C.
struct ChannelScales {
  const double *offset = nullptr, *spread = nullptr;
  bool per_image = false;
  bool blanks = false;
};

void scale(Queue&, View<const float> x, const ChannelScales&, View<float> y);

}  // namespace unetsr::kernels
