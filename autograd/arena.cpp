#include "autograd/arena.hpp"

#include <algorithm>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

namespace unetsr::autograd {
namespace {

constexpr size_t alignment = 64;

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

// The smallest free place that is large enough, or one at the end.
Arena::Place Arena::take(size_t bytes) {
  auto best = free_.end();
  for (auto place = free_.begin(); place != free_.end(); ++place)
    if (place->bytes >= bytes && (best == free_.end() || place->bytes < best->bytes)) best = place;
  if (best != free_.end()) {
    const Place taken{best->begin, bytes};
    best->begin += bytes, best->bytes -= bytes;
    if (best->bytes == 0) free_.erase(best);
    return taken;
  }
  size_t begin = end_;
  if (!free_.empty() && free_.back().end() == end_) begin = free_.back().begin, free_.pop_back();
  end_ = begin + bytes;
  peak_ = std::max(peak_, end_);
  return {begin, bytes};
}

void Arena::give_back(Place place) {
  auto next = std::find_if(free_.begin(), free_.end(), [&](const Place& p) { return p.begin > place.begin; });
  if (next != free_.end() && place.end() == next->begin) {
    place.bytes += next->bytes;
    next = free_.erase(next);
  }
  if (next != free_.begin() && (next - 1)->end() == place.begin)
    (next - 1)->bytes += place.bytes;
  else
    free_.insert(next, place);
}

void* Arena::allocate(size_t bytes) {
  const Place place = take(rounded(std::max<size_t>(bytes, 1)) + gap);
  if (place.end() <= block_.bytes()) {
    std::byte* const p = block_.as<std::byte>() + place.begin;
    permit(p, bytes);
    pieces_.push_back({p, place, {}});
  } else {
    kernels::Memory own(queue_, place.bytes - gap);
    ++system_allocations_;
    std::byte* const p = own.as<std::byte>();
    pieces_.push_back({p, place, std::move(own)});
  }
  return pieces_.back().data;
}

void Arena::release(const void* p) {
  const auto piece = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& each) { return each.data == p; });
  if (piece == pieces_.end()) return;
  give_back(piece->place);
  // A GPU's queue may be behind.
  if (!piece->own.data() && queue_.device() != Device::cuda) forbid(piece->data, piece->place.bytes);
  std::swap(*piece, pieces_.back());
  pieces_.pop_back();
}

void Arena::take_back_all() {
  pieces_.clear();
  free_.clear();
  end_ = 0;
}

void Arena::release_memory() {
  take_back_all();
  block_ = {};
}

void Arena::reset() {
  take_back_all();
  if (block_.bytes() < peak_) {
    block_ = {};
    block_ = kernels::Memory(queue_, peak_);
    ++system_allocations_;
  }
  // A graph on a GPU's queue works there again.
  if (queue_.device() != Device::cuda) forbid(block_.data(), block_.bytes());
}

}  // namespace unetsr::autograd
