#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/view.hpp"

namespace unetsr::autograd {

// The memory of one step: everything that is handed out lives until reset(). The first step collects blocks; reset()
// joins them into one, so that steps of the same shapes allocate nothing more.
class Arena {
 public:
  Arena() = default;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // 64-byte aligned, uninitialised.
  void* allocate(size_t bytes);
  template <class T>
  T* allocate_array(int64_t count) {
    return static_cast<T*>(allocate(size_t(count) * sizeof(T)));
  }
  template <class T>
  View<T> allocate_view(Shape shape) {
    return View<T>(allocate_array<T>(shape.size()), shape);
  }

  void reset();

  size_t bytes() const { return bytes_; }                      // handed out since the last reset
  size_t peak() const { return peak_; }                        // most bytes ever handed out between two resets
  int64_t allocations() const { return system_allocations_; }  // blocks ever asked of the system

 private:
  struct Block {
    std::byte* data;
    size_t size, used;
  };
  void add_block(size_t size);
  void release();

  std::vector<Block> blocks_;
  size_t bytes_ = 0, peak_ = 0;
  int64_t system_allocations_ = 0;
};

}  // namespace unetsr::autograd
