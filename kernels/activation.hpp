#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Elementwise functions. x, y, dy, dx have one shape; x and y, or dy and dx, may be the same memory.
//
//   none      y = x                          dx = dy
//   relu      y = max(x, 0), NaN stays NaN   dx = dy where y > 0, else 0
//   softplus  y = log(1 + exp(x))            dx = dy (1 - exp(-y))
//   sigmoid   y = 1 / (1 + exp(-x))          dx = dy y (1 - y)
//
// The gradient needs y alone, not x. It writes or adds. Throws ShapeError.
namespace unetsr::kernels {

enum class Activation { none, relu, softplus, sigmoid };

template <class T>
void activation(Queue&, Activation, View<const T> x, View<T> y);
template <class T>
void activation_backward(Queue&, Activation, View<const T> y, View<const T> dy, View<T> dx, Into = Into::write);

}  // namespace unetsr::kernels
