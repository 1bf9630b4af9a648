#include "kernels/cpu/packed_weights.hpp"

#include "kernels/cpu/scratch.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::kernels::cpu {

void pack_weights(const Weights& weights, const Chunks& chunks, int tap, int first_input, int inputs, int chunk,
                  float* to) {
  const View<const float>& w = weights.w;
  const int first = chunks.first(chunk);
  const float* matrix = w.data + int64_t(weights.turned ? weights.taps() - 1 - tap : tap) * w.w * w.c;
  PackTile t{};
  t.w = weights.turned ? matrix + int64_t(first) * w.c + first_input : matrix + int64_t(first_input) * w.c + first;
  t.w_row = w.c, t.turned = weights.turned;
  t.inputs = inputs, t.outputs = chunks.outputs_of(chunk), t.vectors = 1 << chunks.vectors_log2;
  t.to = to;
  tile_kernels().pack(t);
}

void pack_weights(const Weights& weights, const Chunks& chunks, float* to) {
  const int taps = weights.taps();
  parallel_for(int64_t(chunks.count) * taps, [&](int64_t task) {
    pack_weights(weights, chunks, int(task % taps), 0, weights.inputs(), int(task / taps),
                 to + task * weights.inputs() * chunks.width);
  });
}

const float* pad_bias(const float* bias, const Chunks& chunks) {
  const int size = chunks.count * chunks.width;
  float* padded = scratch(ScratchSlot::bias, size_t(size));
  for (int k = 0; k < size; ++k) padded[k] = bias && k < chunks.outputs ? bias[k] : 0;
  return padded;
}

}  // namespace unetsr::kernels::cpu
