#include "kernels/adam.hpp"

#include <cmath>

#include "kernels/cpu/adam.hpp"
#include "kernels/cuda/adam.hpp"
#include "kernels/reference/adam.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

AdamFactors adam_factors(const Adam& adam, int64_t step) {
  require(step >= 1, [&] { return "adam_step: steps count from 1, got " + std::to_string(step); });
  const double beta1 = adam.beta1, beta2 = adam.beta2, learning_rate = adam.learning_rate, decay = adam.weight_decay;
  return {.beta1 = adam.beta1,
          .one_minus_beta1 = float(1 - beta1),
          .beta2 = adam.beta2,
          .one_minus_beta2 = float(1 - beta2),
          .gradient_decay = adam.decoupled ? 0 : adam.weight_decay,
          .weight_factor = adam.decoupled ? float(1 - learning_rate * decay) : 1,
          .step_size = float(learning_rate / (1 - std::pow(beta1, double(step)))),
          .inverse_root = float(1 / std::sqrt(1 - std::pow(beta2, double(step)))),
          .epsilon = adam.epsilon};
}

template <class T>
void adam_step(Queue& queue, const AdamFactors* factors, int64_t count, const T* gradient, T* m, T* v, T* w) {
  require(count >= 0,
          [&] { return "adam_step: the number of values must not be negative, got " + std::to_string(count); });
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::adam_step(*factors, count, gradient, m, v, w);
    if (queue.device() == Device::cuda) return cuda::adam_step(queue, factors, count, gradient, m, v, w);
  }
  reference::adam_step(*factors, count, gradient, m, v, w);
}

#define INSTANTIATE(T) template void adam_step(Queue&, const AdamFactors*, int64_t, const T*, T*, T*, T*)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
