#pragma once
#include <cstddef>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#include "emulator/block.hpp"

// What the address sanitizer must know of fibers and of shared memory. Nothing without it.
namespace emulator {

#ifdef __SANITIZE_ADDRESS__
inline const void* host_stack = nullptr;
inline size_t host_stack_bytes = 0;

inline void* leaving_for(const void* stack, size_t bytes) {
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, stack, bytes);
  return fake;
}
inline void* leaving_for_host() {
  return leaving_for(host_stack, host_stack_bytes);
}
inline void leaving_for_ever() {
  __sanitizer_start_switch_fiber(nullptr, host_stack, host_stack_bytes);
}
// `fake`: what leaving_for() gave when this stack was left; null on its first use.
inline void arrived_in_thread(void* fake) {
  __sanitizer_finish_switch_fiber(fake, &host_stack, &host_stack_bytes);
}
inline void arrived_in_host(void* fake) {
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
}
inline void forget_stack(void* stack, size_t bytes) {
  __asan_unpoison_memory_region(stack, bytes);
}
#else
inline void* leaving_for(const void*, size_t) {
  return nullptr;
}
inline void* leaving_for_host() {
  return nullptr;
}
inline void leaving_for_ever() {}
inline void arrived_in_thread(void*) {}
inline void arrived_in_host(void*) {}
inline void forget_stack(void*, size_t) {}
#endif

// While it lives, only the first bytes of shared memory may be touched.
class ShadowedShared {
 public:
#ifdef __SANITIZE_ADDRESS__
  ShadowedShared(std::byte* shared, size_t bytes) : shared_(shared) {
    __asan_poison_memory_region(shared - shared_margin, max_shared_bytes + 2 * shared_margin);
    __asan_unpoison_memory_region(shared, bytes);
  }
  ~ShadowedShared() {
    __asan_unpoison_memory_region(shared_ - shared_margin, max_shared_bytes + 2 * shared_margin);
  }
  ShadowedShared(const ShadowedShared&) = delete;
  ShadowedShared& operator=(const ShadowedShared&) = delete;

 private:
  std::byte* shared_;
#else
  ShadowedShared(std::byte*, size_t) {}
#endif
};

}  // namespace emulator
