#pragma once
#include <cstddef>

namespace unetsr::kernels::cpu {

// What a thread keeps for intermediate results of one op. `slot` tells apart those that live at the same time.
enum class ScratchSlot { weights, bias, image, products, partial_sums };

// At least `count` floats, 64-byte aligned, uninitialised; valid until this thread asks for the same slot again. Memory
// is kept, so that a training step allocates nothing after the first.
float* scratch(ScratchSlot slot, size_t count);

}  // namespace unetsr::kernels::cpu
