#pragma once
#include <cstddef>

namespace unetsr::kernels {

// Memory of the host, uninitialised, 256-byte aligned. Where it is large it comes from the system itself and goes back
// there, in huge pages if there are any, because a network's arrays span more pages than a processor's address cache
// holds. Throws std::bad_alloc. For release_host_memory() with the same number of bytes.
void* host_memory(size_t bytes);
void release_host_memory(void*, size_t bytes);

}  // namespace unetsr::kernels
