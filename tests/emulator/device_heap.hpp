#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

#include "emulator/observer.hpp"

namespace emulator {

// Device memory: pages of their own, which nobody may touch but while it is open(). Freed addresses are not used again.
class DeviceHeap {
 public:
  struct Allocation {
    std::byte* begin;
    size_t bytes, pages_bytes;
    std::unique_ptr<Cell, void (*)(void*)> cells;  // one a word of 4 bytes
  };

  DeviceHeap();
  ~DeviceHeap();
  DeviceHeap(const DeviceHeap&) = delete;
  DeviceHeap& operator=(const DeviceHeap&) = delete;

  void* allocate(size_t bytes);  // 256-byte aligned, full of NaNs; null if there is no more
  bool release(void* p);         // false: nothing begins there
  bool contains(uintptr_t address) const { return address - uintptr_t(region_) < region_bytes; }
  Allocation* find(uintptr_t address);  // null: none there
  // Whether [p, p + bytes) lies in one allocation.
  bool holds(const void* p, size_t bytes);
  size_t allocated_bytes() const;

  void open(bool accessible);

 private:
  static constexpr size_t region_bytes = size_t(1) << 36;

  std::byte* region_;
  size_t used_ = 0;
  std::map<uintptr_t, Allocation> allocations_;  // by their begin
  Allocation* last_found_ = nullptr;
};

DeviceHeap& device_heap();

}  // namespace emulator
