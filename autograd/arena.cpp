#include "autograd/arena.hpp"

#include <algorithm>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

namespace unetsr::autograd {
namespace {

constexpr size_t alignment = 64, smallest_block = size_t(1) << 20;

// For the address sanitizer: what is not handed out must not be touched, and a gap follows each piece.
#ifdef __SANITIZE_ADDRESS__
constexpr size_t gap = alignment;
void forbid(void* data, size_t size) {
  __asan_poison_memory_region(data, size);
}
void permit(void* data, size_t size) {
  __asan_unpoison_memory_region(data, size);
}
#else
constexpr size_t gap = 0;
void forbid(void*, size_t) {}
void permit(void*, size_t) {}
#endif

size_t rounded(size_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

}  // namespace

void Arena::add_block(size_t bytes) {
  const Block& block = blocks_.emplace_back(kernels::Memory(queue_, rounded(std::max(bytes, smallest_block))));
  forbid(block.memory.data(), block.memory.bytes());
  ++system_allocations_;
}

Arena::Piece* Arena::smallest_released(size_t bytes) {
  Piece* best = nullptr;
  if (released_ == 0) return best;
  for (Piece& piece : pieces_)
    if (piece.released && piece.bytes >= bytes && piece.bytes / 4 <= bytes && (!best || piece.bytes < best->bytes))
      best = &piece;
  return best;
}

void* Arena::allocate(size_t bytes) {
  const size_t asked = bytes;
  bytes = rounded(std::max<size_t>(bytes, 1)) + gap;
  if (Piece* piece = smallest_released(bytes)) {
    piece->released = false, --released_;
    permit(piece->data, asked);
    return piece->data;
  }
  if (blocks_.empty() || blocks_.back().memory.bytes() - blocks_.back().used < bytes)
    add_block(std::max(bytes, blocks_.empty() ? 0 : blocks_.back().memory.bytes()));
  Block& block = blocks_.back();
  std::byte* const p = block.memory.as<std::byte>() + block.used;
  pieces_.push_back({p, bytes, false});
  permit(p, asked);
  block.used += bytes;
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  return p;
}

void Arena::release(const void* p) {
  for (Piece& piece : pieces_) {
    if (piece.data != p || piece.released) continue;
    piece.released = true, ++released_;
    if (queue_.device() == Device::cpu) forbid(piece.data, piece.bytes);  // a GPU's queue may be behind
  }
}

void Arena::reset() {
  pieces_.clear();
  released_ = 0;
  if (blocks_.size() > 1) {
    blocks_.clear();
    add_block(peak_);
  }
  if (!blocks_.empty()) {
    // A graph on a GPU's queue works there again.
    if (queue_.device() == Device::cpu) forbid(blocks_.back().memory.data(), blocks_.back().memory.bytes());
    blocks_.back().used = 0;
  }
  used_ = 0;
}

}  // namespace unetsr::autograd
