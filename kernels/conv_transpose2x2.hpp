#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Transposed convolution with a 2x2 kernel and stride 2: doubles the image.
//
//   x, dx   (N, H, W, C)
//   w, dw   (2, 2, C, K), contiguous
//   bias    K values, or null
//   y, dy   (N, 2H, 2W, K)
//
//   y(n, 2i+a, 2j+b, k) = bias(k) + sum over c of x(n,i,j,c) w(a,b,c,k); with `relu`, max(y, 0)
//   dx(n,i,j,c)         = sum over a,b,k of dy(n, 2i+a, 2j+b, k) w(a,b,c,k)      (writes or adds)
//   dw(a,b,c,k)         = sum over n,i,j of x(n,i,j,c) dy(n, 2i+a, 2j+b, k)      (writes)
//   dbias(k)            = sum over n,i,j of dy(n,i,j,k)                          (writes; may be null)
//
// dy is the gradient before the ReLU; `gate` is that of conv2d. Deterministic. Throws ShapeError.
namespace unetsr::kernels {

template <class T>
void conv_transpose2x2(Queue&, View<const T> x, View<const T> w, const T* bias, View<T> y, bool relu = false);
template <class T>
void conv_transpose2x2_backward_data(Queue&, View<const T> dy, View<const T> w, View<T> dx, Into = Into::write,
                                     const T* gate = nullptr);
template <class T>
void conv_transpose2x2_backward_weights(Queue&, View<const T> x, View<const T> dy, View<T> dw, T* dbias);

}  // namespace unetsr::kernels
