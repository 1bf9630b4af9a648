#include "kernels/cpu/scale.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/cpu/clones.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

constexpr int64_t pixels_at_once = 64;

UNETSR_CLONES
void scale_run(int64_t count, const float* x, const double* offset, const double* spread, float* y) {
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) y[i] = float((double(x[i]) - offset[i]) / spread[i]);
}

// The values of each image's channels, once for each of pixels_at_once pixels: long runs for few channels.
std::vector<double> repeated(const double* values, int images, int channels) {
  std::vector<double> all;
  for (int n = 0; n < images; ++n)
    for (int64_t pixel = 0; pixel < pixels_at_once; ++pixel)
      all.insert(all.end(), values + int64_t(n) * channels, values + int64_t(n + 1) * channels);
  return all;
}

// Of a row: cells of which a channel is missing.
void blank_missing(View<float> y, int n, int i) {
  for (int j = 0; j < y.w; ++j) {
    float* const cell = y.pixel(n, i, j);
    if (std::any_of(cell, cell + y.c, [](float v) { return std::isnan(v); })) std::fill_n(cell, y.c, 0.0f);
  }
}

}  // namespace

void scale(View<const float> x, const ChannelScales& scales, View<float> y) {
  const int images = scales.per_image ? x.n : 1;
  const std::vector<double> offset = repeated(scales.offset, images, x.c),
                            spread = repeated(scales.spread, images, x.c);
  const bool runs = x.contiguous() && y.contiguous();
  parallel_for(int64_t(x.n) * x.h, [&](int64_t row) {
    const int n = int(row / x.h), i = int(row % x.h);
    const int64_t begin = scales.per_image ? n * pixels_at_once * x.c : 0;
    for (int64_t j = 0; j < x.w; j += runs ? pixels_at_once : 1)
      scale_run((runs ? std::min(pixels_at_once, x.w - j) : 1) * x.c, x.pixel(n, i, int(j)), &offset[size_t(begin)],
                &spread[size_t(begin)], y.pixel(n, i, int(j)));
    if (scales.blanks) blank_missing(y, n, i);
  });
}

}  // namespace unetsr::kernels::cpu
