#include "kernels/masked_loss.hpp"

#include "kernels/cpu/masked_loss.hpp"
#include "kernels/cuda/masked_loss.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/reference/masked_loss.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

template <class T>
void masked_loss(Queue& queue, Loss loss, View<const T> prediction, View<const T> target, LossSum<T>* value,
                 View<T> gradient, Into into) {
  require_shape("masked_loss: target", target, prediction.shape());
  require_shape("masked_loss: gradient", gradient, prediction.shape());
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::masked_loss(loss, prediction, target, value, gradient, into);
    if (queue.device() == Device::cuda)
      return cuda::masked_loss(queue, loss, prediction, target, value, gradient, into);
  }
  reference::masked_loss<T>(loss, prediction, target, value, gradient, into);
}

#define INSTANTIATE(T) \
  template void masked_loss<T>(Queue&, Loss, View<const T>, View<const T>, LossSum<T>*, View<T>, Into)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
