#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Max pooling over 2x2 windows with stride 2. An odd last row or column is dropped (floor mode, as the paper's 5 -> 2),
// but an image of one row or column keeps it.
//
//   x, dx   (N, H, W, C)
//   y, dy   (N, max(1, H/2), max(1, W/2), C)
//
//   y  = max of the window; NaN wins, so that a missing input stays missing
//   dx = dy at the window's first maximum in row order, 0 elsewhere            (writes or adds)
//
// Deterministic. Throws ShapeError.
namespace unetsr::kernels {

template <class T>
void max_pool2d(Queue&, View<const T> x, View<T> y);
template <class T>
void max_pool2d_backward(Queue&, View<const T> x, View<const T> dy, View<T> dx, Into = Into::write);

}  // namespace unetsr::kernels
