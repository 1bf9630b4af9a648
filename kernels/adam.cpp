#include "kernels/adam.hpp"

#include "kernels/cpu/adam.hpp"
#include "kernels/cuda/adam.hpp"
#include "kernels/reference/adam.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

template <class T>
void adam_step(Queue& queue, const Adam& adam, int64_t step, int64_t count, const T* gradient, T* m, T* v, T* w) {
  require(step >= 1, "adam_step: steps count from 1, got " + std::to_string(step));
  require(count >= 0, "adam_step: the number of values must not be negative, got " + std::to_string(count));
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::adam_step(adam, step, count, gradient, m, v, w);
    if (queue.device() == Device::cuda) return cuda::adam_step(queue, adam, step, count, gradient, m, v, w);
  }
  reference::adam_step(adam, step, count, gradient, m, v, w);
}

#define INSTANTIATE(T) template void adam_step(Queue&, const Adam&, int64_t, int64_t, const T*, T*, T*, T*)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
