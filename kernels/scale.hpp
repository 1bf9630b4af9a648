#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Shifts and scales channels: y = (x - offset) / spread.
//
//   x, y   (N, H, W, C), may be the same memory
//
// Computed in double and rounded once, so that all devices agree bit for bit. NaN stays NaN. Throws ShapeError.
namespace unetsr::kernels {

// offset[k] and spread[k] of channel k, in the queue's memory; or, of `per_image`, of image k / C and channel k % C.
struct ChannelScales {
  const double *offset, *spread;
  bool per_image = false;
};

void scale(Queue&, View<const float> x, const ChannelScales&, View<float> y);

}  // namespace unetsr::kernels
