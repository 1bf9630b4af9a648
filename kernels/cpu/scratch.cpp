#include "kernels/cpu/scratch.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "kernels/host_memory.hpp"

namespace unetsr::kernels::cpu {
namespace {

constexpr size_t slots = 5;

class Block {
 public:
  Block() = default;
  explicit Block(size_t count) : count_((count + 1023) / 1024 * 1024) {
    data_ = static_cast<float*>(host_memory(count_ * sizeof(float)));
  }
  Block(Block&& other) noexcept : count_(std::exchange(other.count_, 0)), data_(std::exchange(other.data_, nullptr)) {}
  Block& operator=(Block other) noexcept {
    std::swap(count_, other.count_), std::swap(data_, other.data_);
    return *this;
  }
  ~Block() { release_host_memory(data_, count_ * sizeof(float)); }

  float* data() const { return data_; }
  size_t count() const { return count_; }

 private:
  size_t count_ = 0;
  float* data_ = nullptr;
};

struct Slot {
  Block block, next;  // `next` takes the block's place when the slot is asked for again
};

thread_local Slot own[slots];
std::atomic<size_t> largest[slots];  // that any thread has asked for

}  // namespace

float* scratch(ScratchSlot slot, size_t count) {
  Slot& place = own[size_t(slot)];
  if (place.block.count() < count) {
    std::atomic<size_t>& most = largest[size_t(slot)];
    for (size_t seen = most; seen < count && !most.compare_exchange_weak(seen, count);) {
    }
    place.block = place.next.count() < count ? Block(count) : std::move(place.next);
  }
  return place.block.data();
}

void keep_up_scratch() {
  for (size_t slot = 0; slot < slots; ++slot) {
    Slot& place = own[slot];
    const size_t count = largest[slot].load(std::memory_order_relaxed);
    if (std::max(place.block.count(), place.next.count()) < count) place.next = Block(count);
  }
}

}  // namespace unetsr::kernels::cpu
