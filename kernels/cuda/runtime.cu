#include "kernels/cuda/runtime.hpp"

#include "kernels/cuda/check.hpp"
#include "kernels/cuda/stream.hpp"

namespace unetsr::kernels::cuda {

std::shared_ptr<Stream> make_stream() {
  return std::make_shared<Stream>();
}

void synchronise(Stream& stream) {
  check(cudaStreamSynchronize(stream.handle()), "cudaStreamSynchronize");
}

void* allocate(size_t bytes) {
  void* p = nullptr;
  check(cudaMalloc(&p, bytes), "cudaMalloc of " + std::to_string(bytes) + " bytes");
  return p;
}

// Called by destructors: what has gone wrong before is told by the next call that can throw.
void release(void* p) {
  cudaFree(p);
}

void upload(Stream& stream, const void* from, void* to, size_t bytes) {
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream.handle()), "cudaMemcpyAsync to the device");
}

void download(Stream& stream, const void* from, void* to, size_t bytes) {
  check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream.handle()), "cudaMemcpyAsync from the device");
}

void clear(Stream& stream, void* p, size_t bytes) {
  check(cudaMemsetAsync(p, 0, bytes, stream.handle()), "cudaMemsetAsync");
}

}  // namespace unetsr::kernels::cuda
