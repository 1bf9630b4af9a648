#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace unetsr::autograd {

// Memory of one training step: taken piece by piece, given back all at once. The first step grows it block by block;
// reset() then joins the blocks into one, so that later steps of the same shape allocate nothing.
class Arena {
 public:
  // 64-byte aligned, uninitialised, valid until reset().
  void* allocate(size_t bytes);
  template <class T>
  T* array(int64_t count) {
    return static_cast<T*>(allocate(size_t(count) * sizeof(T)));
  }

  void reset();

  size_t peak_bytes() const { return peak_; }
  int system_allocations() const { return system_allocations_; }

 private:
  struct Free {
    void operator()(void* p) const;
  };
  struct Block {
    std::unique_ptr<std::byte, Free> data;
    size_t size = 0, used = 0;
  };
  void add_block(size_t bytes);

  std::vector<Block> blocks_;
  size_t used_ = 0, peak_ = 0;
  int system_allocations_ = 0;
};

}  // namespace unetsr::autograd
