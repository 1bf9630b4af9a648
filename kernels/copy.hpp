#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Copies or adds x to y, both (N, H, W, C) with pitches of their own: a channel concat is a copy into each part of the
// wide array, its gradient a copy out of it. With Into::add it is the sum of a residual connection.
//
//   y = x or y += x. NaN is kept. Throws ShapeError.
namespace unetsr::kernels {

template <class T>
void copy(Queue&, View<const T> x, View<T> y, Into = Into::write);

}  // namespace unetsr::kernels
