#pragma once
#include "kernels/host_memory.hpp"

namespace unetsr::kernels {

// Host memory for a container of the standard library.
template <class T>
struct HostAllocator {
  using value_type = T;

  HostAllocator() = default;
  template <class U>
  HostAllocator(const HostAllocator<U>&) {}
  T* allocate(size_t count) { return static_cast<T*>(host_memory(count * sizeof(T))); }
  void deallocate(T* p, size_t count) { release_host_memory(p, count * sizeof(T)); }
  bool operator==(const HostAllocator&) const { return true; }
};

}  // namespace unetsr::kernels
