#include "kernels/placed_footprints.hpp"

namespace unetsr::kernels {
namespace {

// Each array begins at a multiple of 256 bytes.
size_t rounded(size_t bytes) {
  return (bytes + 255) / 256 * 256;
}

size_t bytes_of(const SparseRows& a) {
  return rounded(a.begin.size_bytes()) + rounded(a.index.size_bytes()) + rounded(a.weight.size_bytes());
}

class Uploader {
 public:
  Uploader(Queue& queue, std::byte* to) : queue_(queue), to_(to) {}

  SparseRows copy_of(const SparseRows& a) { return {copy_of(a.begin), copy_of(a.index), copy_of(a.weight)}; }

 private:
  template <class T>
  std::span<const T> copy_of(std::span<const T> values) {
    T* const place = reinterpret_cast<T*>(to_);
    upload(queue_, values.data(), place, values.size_bytes());
    to_ += rounded(values.size_bytes());
    return {place, values.size()};
  }

  Queue& queue_;
  std::byte* to_;
};

}  // namespace

Footprints PlacedFootprints::place(Queue& queue, const Footprints& footprints) {
  if (queue.device() != Device::cuda) return footprints;
  const size_t bytes = bytes_of(footprints.by_footprint) + bytes_of(footprints.by_cell);
  if (memory_.bytes() < bytes) {
    queue.synchronise();
    memory_ = Memory(queue, bytes + bytes / 4);
  }
  Uploader uploader(queue, memory_.as<std::byte>());
  const SparseRows by_footprint = uploader.copy_of(footprints.by_footprint);
  return {by_footprint, uploader.copy_of(footprints.by_cell)};
}

}  // namespace unetsr::kernels
