#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/memory.hpp"

namespace unetsr::autograd {

// Memory of one training step, where the kernels of a queue work: taken piece by piece, and given back piece by piece
// or all at once. Every piece has its place in one block, in which what was released is used again. In the first step
// there is no such block yet and each piece is memory of its own; reset() makes the block as large as the places went,
// so that later steps that ask for the same allocate nothing and get the same addresses.
class Arena {
 public:
  explicit Arena(const Queue& queue) : queue_(queue) {}

  // 64-byte aligned, uninitialised, valid until it is released or reset() is called.
  void* allocate(size_t bytes);
  template <class T>
  T* array(int64_t count) {
    return static_cast<T*>(allocate(size_t(count) * sizeof(T)));
  }

  // What allocate() gave out at `p` is not needed any more. Nothing happens where no piece begins at `p`.
  void release(const void* p);

  void reset();

  // Like reset(), but the block is given back too, until the next reset().
  void release_memory();

  size_t peak_bytes() const { return peak_; }  // of the block
  int system_allocations() const { return system_allocations_; }

 private:
  struct Place {
    size_t begin, bytes;
    size_t end() const { return begin + bytes; }
  };
  struct Piece {
    std::byte* data;
    Place place;
    kernels::Memory own;  // where the block does not reach its place
  };
  Place take(size_t bytes);
  void give_back(Place);
  void take_back_all();

  Queue queue_;
  kernels::Memory block_;
  std::vector<Piece> pieces_;  // handed out
  std::vector<Place> free_;    // below end_, in order, none beside another
  size_t end_ = 0, peak_ = 0;
  int system_allocations_ = 0;
};

}  // namespace unetsr::autograd
