#include "kernels/shard_mean.hpp"

#include "kernels/cpu/shard_mean.hpp"
#include "kernels/cuda/shard_mean.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/reference/shard_mean.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {

template <class T>
void shard_mean(Queue& queue, int shards, int64_t count, const T* gradients, const LossSum<T>* values, T* mean,
                LossSum<T>* value) {
  require(shards >= 1 && count >= 1, [&] {
    return "shard_mean: " + std::to_string(shards) + " shards of " + std::to_string(count) + " values; each at least 1";
  });
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::shard_mean(shards, count, gradients, values, mean, value);
    if (queue.device() == Device::cuda) return cuda::shard_mean(queue, shards, count, gradients, values, mean, value);
  }
  reference::shard_mean(shards, count, gradients, values, mean, value);
}

#define INSTANTIATE(T) template void shard_mean(Queue&, int, int64_t, const T*, const LossSum<T>*, T*, LossSum<T>*)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

}  // namespace unetsr::kernels
