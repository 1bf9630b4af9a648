#include "kernels/cpu/scratch.hpp"

#include "kernels/host_memory.hpp"

namespace unetsr::kernels::cpu {
namespace {

struct Block {
  float* data = nullptr;
  size_t count = 0;
  ~Block() { release_host_memory(data); }
};

}  // namespace

float* scratch(ScratchSlot slot, size_t count) {
  thread_local Block blocks[5];
  Block& block = blocks[int(slot)];
  if (block.count < count) {
    release_host_memory(block.data);
    block.data = nullptr, block.count = 0;
    block.data = static_cast<float*>(host_memory(count * sizeof(float)));
    block.count = count;
  }
  return block.data;
}

}  // namespace unetsr::kernels::cpu
