#include "kernels/cuda/for_each.hpp"
#include "kernels/cuda/shard_mean.hpp"

namespace unetsr::kernels::cuda {
namespace {

struct Mean {
  int shards;
  int64_t count;
  const float* gradients;
  const LossValue<double>* values;
  float* mean;
  LossValue<double>* value;

  __device__ void operator()(unsigned i) const {
    LossValue<double> all;
    for (int s = 0; s < shards; ++s) all += values[s];
    if (i == 0) *value += all;
    float sum = 0;
    for (int s = 0; s < shards; ++s)
      if (values[s].count > 0)
        sum += float(double(values[s].count) / double(all.count)) * gradients[s * count + int64_t(i)];
    mean[i] = sum;
  }
};

}  // namespace

void shard_mean(Queue& queue, int shards, int64_t count, const float* gradients, const LossValue<double>* values,
                float* mean, LossValue<double>* value) {
  for_each(queue.stream(), count, Mean{shards, count, gradients, values, mean, value});
}

}  // namespace unetsr::kernels::cuda
