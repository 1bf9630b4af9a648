#include "emulator/device_heap.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "emulator/emulator.hpp"
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

namespace emulator {
namespace {

constexpr size_t page = 4096;

size_t whole_pages(size_t bytes) {
  return (bytes + page - 1) / page * page;
}

void set_tail_poison([[maybe_unused]] const DeviceHeap::Allocation& a, [[maybe_unused]] bool poison) {
#ifdef __SANITIZE_ADDRESS__
  if (poison)
    __asan_poison_memory_region(a.begin + a.bytes, a.pages_bytes - a.bytes);
  else
    __asan_unpoison_memory_region(a.begin + a.bytes, a.pages_bytes - a.bytes);
#endif
}

}  // namespace

DeviceHeap& device_heap() {
  static DeviceHeap one;
  return one;
}

size_t device_bytes() {
  return device_heap().allocated_bytes();
}

DeviceHeap::DeviceHeap() {
  void* p = mmap(nullptr, region_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) throw std::bad_alloc();
  region_ = static_cast<std::byte*>(p);
}

DeviceHeap::~DeviceHeap() {
  for (const auto& [begin, allocation] : allocations_) set_tail_poison(allocation, false);
  munmap(region_, region_bytes);
}

void* DeviceHeap::allocate(size_t bytes) {
  const size_t pages_bytes = whole_pages(bytes);
  if (bytes == 0 || pages_bytes + page > region_bytes - used_) return nullptr;
  std::byte* const begin = region_ + used_;
  used_ += pages_bytes + page;  // a page that nobody may touch follows
  void* const cells = std::calloc((bytes + 3) / 4, sizeof(Cell));
  if (!cells || mprotect(begin, pages_bytes, PROT_READ | PROT_WRITE) != 0) return std::free(cells), nullptr;
  std::memset(begin, 0xff, pages_bytes);
  mprotect(begin, pages_bytes, PROT_NONE);
  const auto [it, is_new] = allocations_.emplace(
      uintptr_t(begin), Allocation{begin, bytes, pages_bytes, {static_cast<Cell*>(cells), std::free}});
  set_tail_poison(it->second, true);
  return begin;
}

bool DeviceHeap::release(void* p) {
  const auto it = allocations_.find(uintptr_t(p));
  if (it == allocations_.end()) return false;
  set_tail_poison(it->second, false);
  mprotect(p, it->second.pages_bytes, PROT_NONE);
  madvise(p, it->second.pages_bytes, MADV_DONTNEED);
  last_found_ = nullptr;
  allocations_.erase(it);
  return true;
}

DeviceHeap::Allocation* DeviceHeap::find(uintptr_t address) {
  const auto inside = [&](const Allocation& a) { return address - uintptr_t(a.begin) < a.bytes; };
  if (last_found_ && inside(*last_found_)) return last_found_;
  auto it = allocations_.upper_bound(address);
  if (it == allocations_.begin() || !inside((--it)->second)) return nullptr;
  return last_found_ = &it->second;
}

bool DeviceHeap::holds(const void* p, size_t bytes) {
  const Allocation* const a = find(uintptr_t(p));
  return a && uintptr_t(p) - uintptr_t(a->begin) + bytes <= a->bytes;
}

size_t DeviceHeap::allocated_bytes() const {
  size_t sum = 0;
  for (const auto& [begin, allocation] : allocations_) sum += allocation.bytes;
  return sum;
}

void DeviceHeap::open(bool accessible) {
  for (const auto& [begin, a] : allocations_)
    mprotect(a.begin, a.pages_bytes, accessible ? PROT_READ | PROT_WRITE : PROT_NONE);
}

}  // namespace emulator
