#pragma once
#include <cstddef>
#include <type_traits>

namespace unetsr::kernels::cpu {

// The memory that a thread keeps for intermediate results of one op. Those that live at the same time have different
// slots.
enum class ScratchSlot { weights, bias, image, products, partial_sums };

// At least `count` floats, 64-byte aligned, uninitialised; valid until this thread asks for the same slot again. Memory
// is kept, so that a training step allocates nothing after the first.
float* scratch(ScratchSlot slot, size_t count);

// Gives this thread as much of each slot as any other has asked for, without a change to what it holds. Which thread
// takes which task differs from step to step: without this a thread might ask for more only after many steps.
void keep_up_scratch();

// The same for values of another trivial type.
template <class T>
T* scratch_of(ScratchSlot slot, size_t count) {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 64);
  return reinterpret_cast<T*>(scratch(slot, (count * sizeof(T) + sizeof(float) - 1) / sizeof(float)));
}

}  // namespace unetsr::kernels::cpu
