#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Bilinear resize to any size. Pixel centres lie at (i + 1/2) / H, as in PyTorch with align_corners = False; beyond the
// outermost centres the edge pixel is repeated.
//
//   x, dx   (N, H, W, C)
//   y, dy   (N, H', W', C)
//
//   y  = weighted mean of the (up to) four nearest pixels; pixels of weight 0 are not read, so NaN spreads no further
//        than its weight does
//   dx = the transpose                                                          (writes or adds)
//
// Deterministic. Throws ShapeError.
namespace unetsr::kernels {

template <class T>
void resize_bilinear(Queue&, View<const T> x, View<T> y);
template <class T>
void resize_bilinear_backward(Queue&, View<const T> dy, View<T> dx, Into = Into::write);

}  // namespace unetsr::kernels
