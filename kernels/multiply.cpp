#include "kernels/multiply.hpp"

#include "kernels/cpu/multiply.hpp"
#include "kernels/cuda/multiply.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/reference/multiply.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {
namespace {

template <class T>
void require_factor(const char* what, const View<T>& factor, Shape x) {
  require_shape(what, factor, {x.n, x.h, x.w, factor.c == 1 ? 1 : x.c});
}

}  // namespace

template <class T>
void multiply(Queue& queue, View<const T> x, View<const T> factor, View<T> y, Into into) {
  require_factor("multiply: factor", factor, x.shape());
  require_shape("multiply: y", y, x.shape());
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::multiply(x, factor, y, into);
    if (queue.device() == Device::cuda) return cuda::multiply(queue, x, factor, y, into);
  }
  reference::multiply(x, factor, y, into);
}

template <class T>
void multiply_backward_factor(Queue& queue, View<const T> x, View<const T> dy, View<T> dfactor, Into into) {
  require_shape("multiply_backward_factor: dy", dy, x.shape());
  require_factor("multiply_backward_factor: dfactor", dfactor, x.shape());
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::multiply_backward_factor(x, dy, dfactor, into);
    if (queue.device() == Device::cuda) return cuda::multiply_backward_factor(queue, x, dy, dfactor, into);
  }
  reference::multiply_backward_factor(x, dy, dfactor, into);
}

#define INSTANTIATE(T)                                                         \
  template void multiply(Queue&, View<const T>, View<const T>, View<T>, Into); \
  template void multiply_backward_factor(Queue&, View<const T>, View<const T>, View<T>, Into)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
