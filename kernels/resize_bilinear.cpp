#include "kernels/resize_bilinear.hpp"

#include "kernels/cpu/resize_bilinear.hpp"
#include "kernels/cuda/resize_bilinear.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/reference/resize_bilinear.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {
namespace {

template <class X, class Y>
void check(const char* op, const X& x, const Y& y) {
  require(x.n == y.n && x.c == y.c && x.h > 0 && x.w > 0,
          [&] { return std::string(op) + ": cannot resize " + to_string(x.shape()) + " to " + to_string(y.shape()); });
}

}  // namespace

template <class T>
void resize_bilinear(Queue& queue, View<const T> x, View<T> y) {
  check("resize_bilinear", x, y);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::resize_bilinear(x, y);
    if (queue.device() == Device::cuda) return cuda::resize_bilinear(queue, x, y);
  }
  reference::resize_bilinear(x, y);
}

template <class T>
void resize_bilinear_backward(Queue& queue, View<const T> dy, View<T> dx, Into into) {
  check("resize_bilinear_backward", dx, dy);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::resize_bilinear_backward(dy, dx, into);
    if (queue.device() == Device::cuda) return cuda::resize_bilinear_backward(queue, dy, dx, into);
  }
  reference::resize_bilinear_backward(dy, dx, into);
}

#define INSTANTIATE(T)                                           \
  template void resize_bilinear(Queue&, View<const T>, View<T>); \
  template void resize_bilinear_backward(Queue&, View<const T>, View<T>, Into)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
