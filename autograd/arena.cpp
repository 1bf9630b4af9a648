#include "autograd/arena.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace unetsr::autograd {
namespace {
constexpr size_t alignment = 64, smallest_block = size_t(1) << 20;
size_t rounded(size_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}
}  // namespace

void Arena::Free::operator()(void* p) const {
  std::free(p);
}

void Arena::add_block(size_t bytes) {
  Block block;
  block.size = rounded(std::max(bytes, smallest_block));
  block.data.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, block.size)));
  if (!block.data) throw std::bad_alloc();
  blocks_.push_back(std::move(block));
  ++system_allocations_;
}

void* Arena::allocate(size_t bytes) {
  bytes = rounded(std::max<size_t>(bytes, 1));
  if (blocks_.empty() || blocks_.back().size - blocks_.back().used < bytes)
    add_block(std::max(bytes, blocks_.empty() ? 0 : blocks_.back().size));
  Block& block = blocks_.back();
  void* p = block.data.get() + block.used;
  block.used += bytes;
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  return p;
}

void Arena::reset() {
  if (blocks_.size() > 1) {
    blocks_.clear();
    add_block(peak_);
  }
  if (!blocks_.empty()) blocks_.back().used = 0;
  used_ = 0;
}

}  // namespace unetsr::autograd
