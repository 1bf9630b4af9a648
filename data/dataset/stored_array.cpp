#include "data/dataset/stored_array.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <new>

namespace unetsr::data {
namespace {

size_t page_size() {
  static const size_t size = size_t(sysconf(_SC_PAGESIZE));
  return size;
}

size_t whole_pages(size_t bytes) {
  return (bytes + page_size() - 1) / page_size() * page_size();
}

}  // namespace

StoredBytes::~StoredBytes() {
  if (file_ && data_)
    munmap(data_, capacity_);
  else
    std::free(data_);
}

StoredBytes::StoredBytes(const StoredBytes& other, size_t used) : StoredBytes(other.store_) {
  if (used == 0) return;
  reserve(used);
  constexpr size_t at_once = size_t(1) << 24;  // that are released together
  for (size_t first = 0; first < used; first += at_once) {
    const size_t count = std::min(at_once, used - first);
    std::memcpy(data_ + first, other.data_ + first, count);
    release(first, count), other.release(first, count);
  }
}

StoredBytes::StoredBytes(StoredBytes&& other) noexcept
    : store_(other.store_),
      file_(std::move(other.file_)),
      data_(std::exchange(other.data_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)) {}

StoredBytes& StoredBytes::operator=(StoredBytes other) noexcept {
  std::swap(store_, other.store_), std::swap(file_, other.file_);
  std::swap(data_, other.data_), std::swap(capacity_, other.capacity_);
  return *this;
}

void StoredBytes::reserve(size_t bytes) {
  if (bytes <= capacity_) return;
  if (store_.beside) {
    if (!file_) file_ = std::make_unique<ScratchFile>(*store_.beside);
    const size_t pages = whole_pages(bytes);
    data_ = static_cast<std::byte*>(file_->map(data_, capacity_, pages));
    capacity_ = pages;
    return;
  }
  void* grown = std::realloc(data_, bytes);
  if (!grown) throw std::bad_alloc();
  data_ = static_cast<std::byte*>(grown);
  capacity_ = bytes;
}

void StoredBytes::release(size_t first, size_t count) const {
  if (!file_ || count == 0) return;
  const size_t begin = first / page_size() * page_size(), end = std::min(whole_pages(first + count), capacity_);
  madvise(data_ + begin, end - begin, MADV_DONTNEED);
}

}  // namespace unetsr::data
