#pragma once
#include "kernels/shard_mean.hpp"

// The specification, for any scalar with arithmetic (double, float, Dual).
namespace unetsr::kernels::reference {

template <class T>
void shard_mean(int shards, int64_t count, const T* gradients, const LossSum<T>* values, T* mean, LossSum<T>* value) {
  LossSum<T> all;
  for (int s = 0; s < shards; ++s) all += values[s];
  *value += all;
  for (int64_t i = 0; i < count; ++i) {
    mean[i] = T(0);
    for (int s = 0; s < shards; ++s)
      if (values[s].count > 0)
        mean[i] = mean[i] + T(double(values[s].count) / double(all.count)) * gradients[s * count + i];
  }
}

}  // namespace unetsr::kernels::reference
