#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Multiplies by factors: one a channel (FiLM), or one a pixel for all its channels (an attention gate).
//
//   x, y, dy         (N, H, W, C)
//   factor, dfactor  (N, H, W, C) or (N, H, W, 1), then k = 0 below
//
//   y(n,i,j,c)        = x(n,i,j,c) factor(n,i,j,k)
//   dfactor(n,i,j,k)  = dy(n,i,j,c) x(n,i,j,c), where k = 0 summed over all c
//
// The gradient of x is multiply() of dy. All write or add. NaN is passed on. x and y, or dy and y, may be the same
// memory. Deterministic. Throws ShapeError.
namespace unetsr::kernels {

template <class T>
void multiply(Queue&, View<const T> x, View<const T> factor, View<T> y, Into = Into::write);
template <class T>
void multiply_backward_factor(Queue&, View<const T> x, View<const T> dy, View<T> dfactor, Into = Into::write);

}  // namespace unetsr::kernels
