#pragma once
#include <cstddef>

namespace unetsr::kernels {

// Memory of the host, uninitialised, 256-byte aligned; in huge pages where it is large and the system has them, because
// a network's arrays span more pages than a processor remembers. Throws std::bad_alloc. For release_host_memory().
void* host_memory(size_t bytes);
void release_host_memory(void*);

}  // namespace unetsr::kernels
