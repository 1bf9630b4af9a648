#include "kernels/cpu/multiply.hpp"

#include <algorithm>

#include "kernels/cpu/elementwise.hpp"

namespace unetsr::kernels::cpu {
namespace {

void multiply_each(View<const float> a, View<const float> b, View<float> y, Into into) {
  if (into == Into::write) {
    elementwise(
        [](int64_t count, const float* from, const float* by, float* to) {
#pragma GCC ivdep
          for (int64_t i = 0; i < count; ++i) to[i] = from[i] * by[i];
        },
        a, b, y);
  } else {
    elementwise(
        [](int64_t count, const float* from, const float* by, float* to) {
#pragma GCC ivdep
          for (int64_t i = 0; i < count; ++i) to[i] += from[i] * by[i];
        },
        a, b, y);
  }
}

// Calls work(pixel) for each pixel of an array of this shape.
template <class Work>
void for_each_pixel(Shape shape, const Work& work) {
  constexpr int64_t grain = 32768;
  if (shape.size() == 0) return;
  parallel_ranges(shape.pixels(), std::max<int64_t>(1, grain / shape.c), [&](int64_t begin, int64_t end) {
    for (int64_t pixel = begin; pixel < end; ++pixel) work(pixel);
  });
}

}  // namespace

void multiply(View<const float> x, View<const float> factor, View<float> y, Into into) {
  if (factor.c == x.c) return multiply_each(x, factor, y, into);
  for_each_pixel(x.shape(), [&](int64_t pixel) {
    const float* const from = x.data + pixel * x.pitch;
    const float by = factor.data[pixel * factor.pitch];
    float* const to = y.data + pixel * y.pitch;
    if (into == Into::write) {
#pragma GCC ivdep
      for (int c = 0; c < x.c; ++c) to[c] = from[c] * by;
    } else {
#pragma GCC ivdep
      for (int c = 0; c < x.c; ++c) to[c] += from[c] * by;
    }
  });
}

void multiply_backward_factor(View<const float> x, View<const float> dy, View<float> dfactor, Into into) {
  if (dfactor.c == x.c) return multiply_each(x, dy, dfactor, into);
  for_each_pixel(x.shape(), [&](int64_t pixel) {
    const float *const a = x.data + pixel * x.pitch, *const b = dy.data + pixel * dy.pitch;
    float& to = dfactor.data[pixel * dfactor.pitch];
    float sum = 0;
    for (int c = 0; c < x.c; ++c) sum += a[c] * b[c];
    to = into == Into::add ? to + sum : sum;
  });
}

}  // namespace unetsr::kernels::cpu
