#include "kernels/cpu/packed_weights.hpp"

#include <algorithm>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/cpu/scratch.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {
namespace {

PackedWeights layout(int kernel_rows, int kernel_columns, int channels, int outputs, const float* bias, float*& data) {
  PackedWeights packed{};
  packed.kernel_rows = kernel_rows, packed.kernel_columns = kernel_columns;
  packed.channels = channels, packed.outputs = outputs;
  packed.vectors_log2 = tile_vectors_log2(outputs);
  packed.width = tile_kernels().lanes << packed.vectors_log2;
  packed.chunks = (outputs + packed.width - 1) / packed.width;
  const int64_t size = packed.chunks * kernel_rows * packed.row_stride(),
                padded = int64_t(packed.chunks) * packed.width;
  data = scratch(ScratchSlot::weights, size_t(size + padded));
  float* packed_bias = data + size;
  for (int k = 0; k < padded; ++k) packed_bias[k] = bias && k < outputs ? bias[k] : 0;
  packed.data = data, packed.bias = packed_bias;
  return packed;
}

}  // namespace

PackedWeights pack_weights(View<const float> w, const float* bias) {
  float* data;
  const PackedWeights packed = layout(w.n, w.h, w.w, w.c, bias, data);
  const int taps = w.n * w.h;
  parallel_for(int64_t(packed.chunks) * taps, [&](int64_t task) {
    const int chunk = int(task / taps), tap = int(task % taps), first = chunk * packed.width;
    const int count = std::min(packed.width, w.c - first);
    float* to = data + task * packed.column_stride();
    for (int c = 0; c < w.w; ++c, to += packed.width) {
      const float* from = w.data + (int64_t(tap) * w.w + c) * w.c + first;
      std::copy_n(from, count, to);
      std::fill(to + count, to + packed.width, 0.0f);
    }
  });
  return packed;
}

PackedWeights pack_weights_turned(View<const float> w) {
  float* data;
  const PackedWeights packed = layout(w.n, w.h, w.c, w.w, nullptr, data);
  const int taps = w.n * w.h;
  parallel_for(int64_t(packed.chunks) * taps, [&](int64_t task) {
    const int chunk = int(task / taps), tap = int(task % taps), first = chunk * packed.width;
    const int count = std::min(packed.width, w.w - first);
    float* to = data + task * packed.column_stride();
    const float* from = w.data + (int64_t(taps - 1 - tap) * w.w + first) * w.c;
    for (int k = 0; k < w.c; ++k, to += packed.width) {
      for (int c = 0; c < count; ++c) to[c] = from[int64_t(c) * w.c + k];
      std::fill(to + count, to + packed.width, 0.0f);
    }
  });
  return packed;
}

}  // namespace unetsr::kernels::cpu
