#include "kernels/max_pool2d.hpp"

#include <algorithm>

#include "kernels/cpu/max_pool2d.hpp"
#include "kernels/cuda/max_pool2d.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/reference/max_pool2d.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {
namespace {

Shape pooled(Shape x) {
  return {x.n, x.h == 0 ? 0 : std::max(1, x.h / 2), x.w == 0 ? 0 : std::max(1, x.w / 2), x.c};
}

}  // namespace

template <class T>
void max_pool2d(Queue& queue, View<const T> x, View<T> y) {
  require_shape("max_pool2d: y", y, pooled(x.shape()));
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::max_pool2d(x, y);
    if (queue.device() == Device::cuda) return cuda::max_pool2d(queue, x, y);
  }
  reference::max_pool2d(x, y);
}

template <class T>
void max_pool2d_backward(Queue& queue, View<const T> x, View<const T> dy, View<T> dx, Into into) {
  require_shape("max_pool2d_backward: dy", dy, pooled(x.shape()));
  require_shape("max_pool2d_backward: dx", dx, x.shape());
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::max_pool2d_backward(x, dy, dx, into);
    if (queue.device() == Device::cuda) return cuda::max_pool2d_backward(queue, x, dy, dx, into);
  }
  reference::max_pool2d_backward(x, dy, dx, into);
}

#define INSTANTIATE(T)                                      \
  template void max_pool2d(Queue&, View<const T>, View<T>); \
  template void max_pool2d_backward(Queue&, View<const T>, View<const T>, View<T>, Into)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
