#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Fully connected layer. Every image is one row of H * W * C features, which must be contiguous.
//
//   x, dx   (N, H, W, C), F = H * W * C features an image
//   w, dw   (1, 1, F, K), contiguous
//   bias    K values, or null
//   y, dy   (N, H', W', C'), K = H' * W' * C' features an image
//
//   y(n,k)    = bias(k) + sum over f of x(n,f) w(f,k); with `relu`, max(y, 0)
//   dx(n,f)   = sum over k of dy(n,k) w(f,k)        (writes or adds)
//   dw(f,k)   = sum over n of x(n,f) dy(n,k)        (writes)
//   dbias(k)  = sum over n of dy(n,k)               (writes; may be null)
//
// dy is the gradient before the ReLU; `gate` is that of conv2d. Deterministic. Throws ShapeError.
namespace unetsr::kernels {

template <class T>
void dense(Queue&, View<const T> x, View<const T> w, const T* bias, View<T> y, bool relu = false);
template <class T>
void dense_backward_data(Queue&, View<const T> dy, View<const T> w, View<T> dx, Into = Into::write,
                         const T* gate = nullptr);
template <class T>
void dense_backward_weights(Queue&, View<const T> x, View<const T> dy, View<T> dw, T* dbias);

}  // namespace unetsr::kernels
