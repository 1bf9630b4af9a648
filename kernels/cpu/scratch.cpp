#include "kernels/cpu/scratch.hpp"

#include <cstdlib>
#include <new>

namespace unetsr::kernels::cpu {
namespace {

struct Block {
  float* data = nullptr;
  size_t count = 0;
  ~Block() { std::free(data); }
};

}  // namespace

float* scratch(ScratchSlot slot, size_t count) {
  thread_local Block blocks[5];
  Block& block = blocks[int(slot)];
  if (block.count < count) {
    std::free(block.data);
    block.count = 0;
    const size_t rounded = (count * sizeof(float) + 4095) / 4096 * 4096;
    block.data = static_cast<float*>(std::aligned_alloc(64, rounded));
    if (!block.data) throw std::bad_alloc();
    block.count = rounded / sizeof(float);
  }
  return block.data;
}

}  // namespace unetsr::kernels::cpu
