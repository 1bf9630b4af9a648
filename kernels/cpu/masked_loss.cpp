#include "kernels/cpu/masked_loss.hpp"

#include <algorithm>
#include <vector>

#include "kernels/parallel.hpp"
#include "kernels/reference/masked_loss.hpp"

namespace unetsr::kernels::cpu {
namespace {

LossValue<double> sum_of_pixels(Loss loss, View<const float> prediction, View<const float> target, int64_t begin,
                                int64_t end) {
  LossValue<double> value;
  for (int64_t pixel = begin; pixel < end; ++pixel) {
    const float *p = prediction.data + pixel * prediction.pitch, *t = target.data + pixel * target.pitch;
    for (int c = 0; c < target.c; ++c) {
      if (t[c] != t[c]) continue;
      value.sum += reference::loss_of(loss, double(p[c]) - double(t[c]));
      ++value.count;
    }
  }
  return value;
}

}  // namespace

void masked_loss(Loss loss, View<const float> prediction, View<const float> target, LossValue<double>& value,
                 View<float> gradient) {
  const int64_t pixels = target.pixels(), grain = std::max<int64_t>(1, 4096 / std::max(1, target.c));
  std::vector<LossValue<double>> parts(size_t((pixels + grain - 1) / grain));
  parallel_ranges(pixels, grain, [&](int64_t begin, int64_t end) {
    parts[size_t(begin / grain)] = sum_of_pixels(loss, prediction, target, begin, end);
  });
  value = {};
  for (const LossValue<double>& part : parts) {
    value.sum += part.sum;
    value.count += part.count;
  }
  parallel_ranges(pixels, grain, [&](int64_t begin, int64_t end) {
    for (int64_t pixel = begin; pixel < end; ++pixel) {
      const float *p = prediction.data + pixel * prediction.pitch, *t = target.data + pixel * target.pitch;
      float* g = gradient.data + pixel * gradient.pitch;
      for (int c = 0; c < target.c; ++c) {
        const double slope = reference::loss_gradient(loss, double(p[c]) - double(t[c]));
        g[c] = t[c] != t[c] ? 0.0f : float(slope / double(value.count));
      }
    }
  });
}

}  // namespace unetsr::kernels::cpu
