#include "kernels/activation.hpp"

#include "kernels/cpu/activation.hpp"
#include "kernels/cuda/activation.hpp"
#include "kernels/reference/activation.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

template <class T>
void activation(Queue& queue, Activation kind, View<const T> x, View<T> y) {
  require_shape("activation: y", y, x.shape());
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::activation(kind, x, y);
    if (queue.device() == Device::cuda) return cuda::activation(queue, kind, x, y);
  }
  reference::activation(kind, x, y);
}

template <class T>
void activation_backward(Queue& queue, Activation kind, View<const T> y, View<const T> dy, View<T> dx, Into into) {
  require_shape("activation_backward: dy", dy, y.shape());
  require_shape("activation_backward: dx", dx, y.shape());
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::activation_backward(kind, y, dy, dx, into);
    if (queue.device() == Device::cuda) return cuda::activation_backward(queue, kind, y, dy, dx, into);
  }
  reference::activation_backward(kind, y, dy, dx, into);
}

#define INSTANTIATE(T)                                                  \
  template void activation(Queue&, Activation, View<const T>, View<T>); \
  template void activation_backward(Queue&, Activation, View<const T>, View<const T>, View<T>, Into)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
