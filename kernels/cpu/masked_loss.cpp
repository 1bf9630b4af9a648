#include "kernels/cpu/masked_loss.hpp"

#include <algorithm>
#include <array>

#include "kernels/parallel.hpp"
#include "kernels/reference/masked_loss.hpp"

namespace unetsr::kernels::cpu {
namespace {

// `kind` is known to the compiler, and a missing target is a choice of values: no branch in the loops.
template <LossKind kind>
LossValue<double> sum_of_pixels(double delta, View<const float> prediction, View<const float> target, int64_t begin,
                                int64_t end) {
  LossValue<double> value;
  for (int64_t pixel = begin; pixel < end; ++pixel) {
    const float *p = prediction.data + pixel * prediction.pitch, *t = target.data + pixel * target.pitch;
    for (int c = 0; c < target.c; ++c) {
      const bool there = t[c] == t[c];
      const double loss = reference::loss_of(Loss{kind, delta}, double(p[c]) - double(t[c]));
      value.sum += there ? loss : 0;
      value.count += there;
    }
  }
  return value;
}

template <LossKind kind>
void gradient_of_pixels(double delta, View<const float> prediction, View<const float> target, int64_t count,
                        View<float> gradient, int64_t begin, int64_t end) {
  for (int64_t pixel = begin; pixel < end; ++pixel) {
    const float *p = prediction.data + pixel * prediction.pitch, *t = target.data + pixel * target.pitch;
    float* g = gradient.data + pixel * gradient.pitch;
    for (int c = 0; c < target.c; ++c) {
      const bool there = t[c] == t[c];
      const double slope = reference::loss_gradient(Loss{kind, delta}, double(p[c]) - double(t[c]));
      g[c] = there ? float(slope / double(count)) : 0.0f;
    }
  }
}

template <LossKind kind>
void loss_of_kind(double delta, View<const float> prediction, View<const float> target, LossValue<double>* value,
                  View<float> gradient, Into into) {
  constexpr int64_t most_parts = 512;
  const int64_t pixels = target.pixels(), grain = std::max({int64_t(1), int64_t(4096) / std::max(1, target.c),
                                                            (pixels + most_parts - 1) / most_parts});
  std::array<LossValue<double>, most_parts> parts;
  parallel_ranges(pixels, grain, [&](int64_t begin, int64_t end) {
    parts[size_t(begin / grain)] = sum_of_pixels<kind>(delta, prediction, target, begin, end);
  });
  LossValue<double> own;
  for (const LossValue<double>& part : parts) own += part;
  if (into == Into::write) *value = {};
  *value += own;
  parallel_ranges(pixels, grain, [&](int64_t begin, int64_t end) {
    gradient_of_pixels<kind>(delta, prediction, target, own.count, gradient, begin, end);
  });
}

}  // namespace

void masked_loss(Loss loss, View<const float> prediction, View<const float> target, LossValue<double>* value,
                 View<float> gradient, Into into) {
  switch (loss.kind) {
    case LossKind::mse:
      return loss_of_kind<LossKind::mse>(loss.delta, prediction, target, value, gradient, into);
    case LossKind::mae:
      return loss_of_kind<LossKind::mae>(loss.delta, prediction, target, value, gradient, into);
    case LossKind::huber:
      return loss_of_kind<LossKind::huber>(loss.delta, prediction, target, value, gradient, into);
  }
}

}  // namespace unetsr::kernels::cpu
