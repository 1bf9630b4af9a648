#include "kernels/copy.hpp"

#include "kernels/cpu/copy.hpp"
#include "kernels/cuda/copy.hpp"
#include "kernels/reference/copy.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

template <class T>
void copy(Queue& queue, View<const T> x, View<T> y, Into into) {
  require_shape("copy: y", y, x.shape());
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::copy(x, y, into);
    if (queue.device() == Device::cuda) return cuda::copy(queue, x, y, into);
  }
  reference::copy(x, y, into);
}

#define INSTANTIATE(T) template void copy(Queue&, View<const T>, View<T>, Into)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
