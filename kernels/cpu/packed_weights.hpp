#pragma once
#include <cstdint>

#include "kernels/view.hpp"

namespace unetsr::kernels::cpu {

// Weights in the order in which a forward tile reads them: [chunk][kernel row][kernel column][channel][width], where a
// chunk is `width` = vectors * lanes output channels, filled up with zeros. The bias follows in chunks as well.
struct PackedWeights {
  const float *data, *bias;
  int kernel_rows, kernel_columns, channels, outputs;
  int vectors_log2, width, chunks;

  int64_t column_stride() const { return int64_t(channels) * width; }
  int64_t row_stride() const { return kernel_columns * column_stride(); }
  const float* chunk(int i) const { return data + i * kernel_rows * row_stride(); }
};

// Packs w (R, S, C, K) for the convolution itself, into this thread's scratch: valid until the next packing.
PackedWeights pack_weights(View<const float> w, const float* bias);
// Packs w for the data gradient: turned by 180 degrees, channels and outputs exchanged.
PackedWeights pack_weights_turned(View<const float> w);

}  // namespace unetsr::kernels::cpu
