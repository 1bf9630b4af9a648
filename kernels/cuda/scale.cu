#include "kernels/cuda/scale.hpp"

#include "kernels/cuda/for_each.hpp"

namespace unetsr::kernels::cuda {
namespace {

// Bound by memory where double precision is quick, else by its divisions.
struct ScaleValues {
  View<const float> x;
  View<float> y;
  ChannelScales scales;

  __device__ void operator()(unsigned i) const {
    const unsigned channels = unsigned(x.c), image = unsigned(x.h) * unsigned(x.w) * channels;
    const unsigned k = scales.per_image ? i / image * channels + i % channels : i % channels;
    value(y, i) = float((double(value(x, i)) - scales.offset[k]) / scales.spread[k]);
  }
};

}  // namespace

void scale(Queue& queue, View<const float> x, const ChannelScales& scales, View<float> y) {
  for_each(queue.stream(), x.size(), ScaleValues{x, y, scales});
}

}  // namespace unetsr::kernels::cuda
