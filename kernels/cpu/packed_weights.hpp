#pragma once
#include <algorithm>

#include "kernels/cpu/conv_tile.hpp"
#include "kernels/view.hpp"

namespace unetsr::kernels::cpu {

// The weights (R, S, C, K) of a convolution as its kernels see them: as they are, or turned by 180 degrees with inputs
// and outputs exchanged, which makes the data gradient a convolution.
struct Weights {
  View<const float> w;
  bool turned = false;

  int rows() const { return w.n; }
  int columns() const { return w.h; }
  int taps() const { return w.n * w.h; }
  int inputs() const { return turned ? w.c : w.w; }
  int outputs() const { return turned ? w.w : w.c; }
};

// The output channels, cut into chunks as wide as a forward tile; the last one is filled up with zeros.
struct Chunks {
  int outputs, vectors_log2, width, count;

  explicit Chunks(int outputs, int max_vectors_log2 = most_vectors_log2)
      : outputs(outputs), vectors_log2(std::min(tile_vectors_log2(outputs), max_vectors_log2)) {
    width = tile_kernels().lanes << vectors_log2;
    count = (outputs + width - 1) / width;
  }
  int first(int chunk) const { return chunk * width; }
  int outputs_of(int chunk) const { return std::min(width, outputs - first(chunk)); }
};

// Writes the weights of one tap, of some input channels and of one chunk in the order in which forward tiles read them:
// [channel][width].
void pack_weights(const Weights&, const Chunks&, int tap, int first_input, int inputs, int chunk, float* to);

// Writes all weights, [chunk][tap][channel][width].
void pack_weights(const Weights&, const Chunks&, float* to);

// The bias (zeros where it is null), filled up to whole chunks, in this thread's scratch.
const float* pad_bias(const float* bias, const Chunks&);

}  // namespace unetsr::kernels::cpu
