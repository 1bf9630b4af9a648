#include "kernels/host_memory.hpp"

#include <cstdlib>
#include <new>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace unetsr::kernels {

void* host_memory(size_t bytes) {
  constexpr size_t huge_page = size_t(2) << 20, alignment = 256;
  const bool large = bytes >= 2 * huge_page;
  const size_t unit = large ? huge_page : alignment;
  void* p = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit);
  if (!p) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  if (large) madvise(p, bytes / huge_page * huge_page, MADV_HUGEPAGE);  // a wish: small pages do as well
#endif
  return p;
}

void release_host_memory(void* p) {
  std::free(p);
}

}  // namespace unetsr::kernels
