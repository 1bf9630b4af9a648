#pragma once
#include <cstddef>
#include <memory>

// Streams and memory of the GPU, for code that knows no CUDA: kernels/queue.hpp and kernels/memory.hpp.
namespace unetsr::kernels::cuda {

class Stream;

std::shared_ptr<Stream> make_stream();
void synchronise(Stream&);

void* allocate(size_t bytes);
void release(void* p);
void upload(Stream&, const void* from, void* to, size_t bytes);
void download(Stream&, const void* from, void* to, size_t bytes);
void clear(Stream&, void* p, size_t bytes);

}  // namespace unetsr::kernels::cuda
