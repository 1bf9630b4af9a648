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

// The same a cell at a time.
struct ScaleAndBlankCells {
  View<const float> x;
  View<float> y;
  ChannelScales scales;

  __device__ void operator()(unsigned i) const {
    const unsigned first = scales.per_image ? i / (unsigned(x.h) * unsigned(x.w)) * unsigned(x.c) : 0;
    const float* const from = x.data + int64_t(i) * x.pitch;
    float* const to = y.data + int64_t(i) * y.pitch;
    bool missing = false;
    for (int c = 0; c < x.c; ++c) {
      const float result = float((double(from[c]) - scales.offset[first + c]) / scales.spread[first + c]);
      missing = missing || result != result;
      to[c] = result;
    }
    for (int c = 0; missing && c < x.c; ++c) to[c] = 0;
  }
};

void scale_part(Stream& stream, View<const float> x, const ChannelScales& scales, View<float> y) {
  if (scales.blanks) return for_each(stream, x.pixels(), ScaleAndBlankCells{x, y, scales});
  for_each(stream, x.size(), ScaleValues{x, y, scales});
}

}  // namespace

void scale(Queue& queue, View<const float> x, const ChannelScales& scales, View<float> y) {
  Stream& stream = queue.stream();
  if (x.size() <= most_values) return scale_part(stream, x, scales, y);
  for_each_part(x, y, most_values, [&](int image, View<const float> from, View<float> to) {
    ChannelScales own = scales;
    if (scales.per_image) own.offset += int64_t(image) * x.c, own.spread += int64_t(image) * x.c;
    scale_part(stream, from, own, to);
  });
}

}  // namespace unetsr::kernels::cuda
