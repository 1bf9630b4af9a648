#include "kernels/host_memory.hpp"

#include <cstdint>
#include <cstdlib>
#include <new>
// The sanitizers watch the C library's memory alone.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#include <sys/mman.h>
#define UNETSR_MAP_MEMORY
#endif

namespace unetsr::kernels {
namespace {

constexpr size_t alignment = 256;

size_t rounded(size_t bytes, size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

#ifdef UNETSR_MAP_MEMORY
constexpr size_t huge_page = size_t(2) << 20;

bool is_large(size_t bytes) {
  return bytes >= 2 * huge_page;
}

// Maps a huge page more than is asked for and gives back what is not aligned.
void* map(size_t asked) {
  const size_t bytes = rounded(asked, huge_page);
  void* const all = mmap(nullptr, bytes + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) throw std::bad_alloc();
  const uintptr_t begin = uintptr_t(all), first = rounded(begin, huge_page);
  std::byte* const p = static_cast<std::byte*>(all) + (first - begin);
  if (first > begin) munmap(all, first - begin);
  munmap(p + bytes, begin + huge_page - first);
  madvise(p, asked / huge_page * huge_page, MADV_HUGEPAGE);  // a wish: small pages do as well
  return p;
}
#endif

}  // namespace

void* host_memory(size_t bytes) {
#ifdef UNETSR_MAP_MEMORY
  if (is_large(bytes)) return map(bytes);
#endif
  void* const p = std::aligned_alloc(alignment, rounded(bytes, alignment));
  if (!p) throw std::bad_alloc();
  return p;
}

void release_host_memory(void* p, [[maybe_unused]] size_t bytes) {
#ifdef UNETSR_MAP_MEMORY
  if (p && is_large(bytes)) {
    munmap(p, rounded(bytes, huge_page));
    return;
  }
#endif
  std::free(p);
}

}  // namespace unetsr::kernels
