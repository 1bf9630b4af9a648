#pragma once
#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// 2-D convolution (cross-correlation, as in every deep-learning library) with stride 1 and zero padding that keeps the
// image's size. Kernel sizes are odd.
//
//   x, dx   (N, H, W, C)
//   w, dw   (R, S, C, K)      R, S odd; padding (R - 1) / 2 and (S - 1) / 2; contiguous
//   bias    K values, or null
//   y, dy   (N, H, W, K)
//
//   y(n,i,j,k)   = bias(k) + sum over r,s,c of x(n, i + r - R/2, j + s - S/2, c) w(r,s,c,k); with `relu`, max(y, 0)
//   dx(n,i,j,c)  = sum over r,s,k of dy(n, i - r + R/2, j - s + S/2, k) w(r,s,c,k)            (writes or adds)
//   dw(r,s,c,k)  = sum over n,i,j of x(n, i + r - R/2, j + s - S/2, c) dy(n,i,j,k)             (writes)
//   dbias(k)     = sum over n,i,j of dy(n,i,j,k)                                               (writes; may be null)
//
// dy is the gradient before the ReLU. Where x itself comes from a ReLU, `gate` = x.data gives the gradient before that
// one: what is written or added to dx is 0 where x is not above 0. x must then have dx's pitch. Else gate is null. NaN
// spreads to every output that it touches, by Winograd's algorithm (Queue::exact) also to its neighbours, and on the
// GPU from dy to all taps of dw. Deterministic. Throws ShapeError.
namespace unetsr::kernels {

template <class T>
void conv2d(Queue&, View<const T> x, View<const T> w, const T* bias, View<T> y, bool relu = false);
template <class T>
void conv2d_backward_data(Queue&, View<const T> dy, View<const T> w, View<T> dx, Into = Into::write,
                          const T* gate = nullptr);
template <class T>
void conv2d_backward_weights(Queue&, View<const T> x, View<const T> dy, View<T> dw, T* dbias);

}  // namespace unetsr::kernels
