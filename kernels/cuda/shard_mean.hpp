#pragma once
#include "kernels/shard_mean.hpp"

// Bound by memory: one thread a value.
namespace unetsr::kernels::cuda {

void shard_mean(Queue&, int shards, int64_t count, const float* gradients, const LossValue<double>* values, float* mean,
                LossValue<double>* value);

}  // namespace unetsr::kernels::cuda
