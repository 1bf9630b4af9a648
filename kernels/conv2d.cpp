#include "kernels/conv2d.hpp"

#include "kernels/cpu/conv2d.hpp"
#include "kernels/cuda/conv2d.hpp"
#include "kernels/reference/conv2d.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {
namespace {

template <class X, class W, class Y>
void check(const char* op, const X& x, const W& w, const Y& y) {
  require(w.n % 2 == 1 && w.h % 2 == 1, [&] {
    return std::string(op) + ": the kernel must have odd sizes, the weights have shape " + to_string(w.shape());
  });
  require(w.contiguous(), [&] { return std::string(op) + ": the weights must be contiguous"; });
  require_shape(op, "weights", w, {w.n, w.h, x.c, y.c});
  require_shape(op, "y", y, {x.n, x.h, x.w, y.c});
}

}  // namespace

template <class T>
void conv2d(Queue& queue, View<const T> x, View<const T> w, const T* bias, View<T> y, bool relu) {
  check("conv2d", x, w, y);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::conv2d(x, w, bias, y, relu, queue.exact());
    if (queue.device() == Device::cuda) return cuda::conv2d(queue, x, w, bias, y, relu);
  }
  reference::conv2d(x, w, bias, y, relu);
}

template <class T>
void conv2d_backward_data(Queue& queue, View<const T> dy, View<const T> w, View<T> dx, Into into, const T* gate) {
  check("conv2d_backward_data", dx, w, dy);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::conv2d_backward_data(dy, w, dx, into, gate, queue.exact());
    if (queue.device() == Device::cuda) return cuda::conv2d_backward_data(queue, dy, w, dx, into, gate);
  }
  reference::conv2d_backward_data(dy, w, dx, into, gate);
}

template <class T>
void conv2d_backward_weights(Queue& queue, View<const T> x, View<const T> dy, View<T> dw, T* dbias) {
  check("conv2d_backward_weights", x, dw, dy);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::conv2d_backward_weights(x, dy, dw, dbias, queue.exact());
    if (queue.device() == Device::cuda) return cuda::conv2d_backward_weights(queue, x, dy, dw, dbias);
  }
  reference::conv2d_backward_weights(x, dy, dw, dbias);
}

#define INSTANTIATE(T)                                                                               \
  template void conv2d(Queue&, View<const T>, View<const T>, const T*, View<T>, bool);               \
  template void conv2d_backward_data(Queue&, View<const T>, View<const T>, View<T>, Into, const T*); \
  template void conv2d_backward_weights(Queue&, View<const T>, View<const T>, View<T>, T*)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
