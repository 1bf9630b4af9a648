#pragma once
#include "kernels/shard_mean.hpp"

// Bound by memory: a range of values at a time, which stays in the cache while the shards are added to it.
namespace unetsr::kernels::cpu {

void shard_mean(int shards, int64_t count, const float* gradients, const LossValue<double>* values, float* mean,
                LossValue<double>* value);

}  // namespace unetsr::kernels::cpu
