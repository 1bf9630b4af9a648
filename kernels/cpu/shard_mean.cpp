#include "kernels/cpu/shard_mean.hpp"

#include <algorithm>

#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

UNETSR_CLONES void add(float weight, int64_t count, const float* __restrict gradient, float* __restrict mean) {
  for (int64_t i = 0; i < count; ++i) mean[i] += weight * gradient[i];
}

}  // namespace

void shard_mean(int shards, int64_t count, const float* gradients, const LossValue<double>* values, float* mean,
                LossValue<double>* value) {
  LossValue<double> all;
  for (int s = 0; s < shards; ++s) all += values[s];
  *value += all;
  parallel_ranges(count, 16384, [&](int64_t begin, int64_t end) {
    std::fill(mean + begin, mean + end, 0.0f);
    for (int s = 0; s < shards; ++s)
      if (values[s].count > 0)
        add(float(double(values[s].count) / double(all.count)), end - begin, gradients + s * count + begin,
            mean + begin);
  });
}

}  // namespace unetsr::kernels::cpu
