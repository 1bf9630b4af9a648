#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/memory.hpp"

namespace unetsr::autograd {

// Memory of one training step, where the kernels of a queue work: taken piece by piece, and given back all at once, but
// for pieces that are released before. The first step grows it block by block; reset() then joins the blocks into one,
// so that later steps of the same shape allocate nothing and get the same addresses.
class Arena {
 public:
  explicit Arena(const Queue& queue) : queue_(queue) {}

  // 64-byte aligned, uninitialised, valid until reset().
  void* allocate(size_t bytes);
  template <class T>
  T* array(int64_t count) {
    return static_cast<T*>(allocate(size_t(count) * sizeof(T)));
  }

  // What allocate() gave out at `p` is not needed any more: later pieces of at least a quarter of its size may take its
  // place. Nothing happens where no piece begins at `p`.
  void release(const void* p);

  void reset();

  size_t peak_bytes() const { return peak_; }
  int system_allocations() const { return system_allocations_; }

 private:
  struct Block {
    kernels::Memory memory;
    size_t used = 0;
  };
  struct Piece {
    std::byte* data;
    size_t bytes;
    bool released;
  };
  void add_block(size_t bytes);
  Piece* smallest_released(size_t bytes);

  Queue queue_;
  std::vector<Block> blocks_;
  std::vector<Piece> pieces_;
  int released_ = 0;
  size_t used_ = 0, peak_ = 0;
  int system_allocations_ = 0;
};

}  // namespace unetsr::autograd
