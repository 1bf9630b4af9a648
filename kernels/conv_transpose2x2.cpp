#include "kernels/conv_transpose2x2.hpp"

#include "kernels/cpu/conv_transpose2x2.hpp"
#include "kernels/cuda/conv_transpose2x2.hpp"
#include "kernels/reference/conv_transpose2x2.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {
namespace {

template <class X, class W, class Y>
void check(const char* op, const X& x, const W& w, const Y& y) {
  require(w.contiguous(), [&] { return std::string(op) + ": the weights must be contiguous"; });
  require_shape(op, "weights", w, {2, 2, x.c, y.c});
  require_shape(op, "y", y, {x.n, 2 * x.h, 2 * x.w, y.c});
}

}  // namespace

template <class T>
void conv_transpose2x2(Queue& queue, View<const T> x, View<const T> w, const T* bias, View<T> y, bool relu) {
  check("conv_transpose2x2", x, w, y);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::conv_transpose2x2(x, w, bias, y, relu);
    if (queue.device() == Device::cuda) return cuda::conv_transpose2x2(queue, x, w, bias, y, relu);
  }
  reference::conv_transpose2x2(x, w, bias, y, relu);
}

template <class T>
void conv_transpose2x2_backward_data(Queue& queue, View<const T> dy, View<const T> w, View<T> dx, Into into,
                                     const T* gate) {
  check("conv_transpose2x2_backward_data", dx, w, dy);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::conv_transpose2x2_backward_data(dy, w, dx, into, gate);
    if (queue.device() == Device::cuda) return cuda::conv_transpose2x2_backward_data(queue, dy, w, dx, into, gate);
  }
  reference::conv_transpose2x2_backward_data(dy, w, dx, into, gate);
}

template <class T>
void conv_transpose2x2_backward_weights(Queue& queue, View<const T> x, View<const T> dy, View<T> dw, T* dbias) {
  check("conv_transpose2x2_backward_weights", x, dw, dy);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::conv_transpose2x2_backward_weights(x, dy, dw, dbias);
    if (queue.device() == Device::cuda) return cuda::conv_transpose2x2_backward_weights(queue, x, dy, dw, dbias);
  }
  reference::conv_transpose2x2_backward_weights(x, dy, dw, dbias);
}

#define INSTANTIATE(T)                                                                                          \
  template void conv_transpose2x2(Queue&, View<const T>, View<const T>, const T*, View<T>, bool);               \
  template void conv_transpose2x2_backward_data(Queue&, View<const T>, View<const T>, View<T>, Into, const T*); \
  template void conv_transpose2x2_backward_weights(Queue&, View<const T>, View<const T>, View<T>, T*)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
