#include "kernels/cuda/stream.hpp"

#include <algorithm>

#include "kernels/cuda/check.hpp"
#include "kernels/cuda/runtime.hpp"
#include "kernels/devices.hpp"

namespace unetsr::kernels::cuda {

cudaError_t use_chosen_device() {
  return cudaSetDevice(chosen_cuda_device());
}

Stream::Stream() {
  if (const cudaError_t error = use_chosen_device(); error != cudaSuccess)
    throw Error(std::string("no GPU that CUDA can use (") + cudaGetErrorString(error) + ")");
  check(cudaDeviceGetAttribute(&multiprocessors_, cudaDevAttrMultiProcessorCount, chosen_cuda_device()),
        "cudaDeviceGetAttribute");
  check(cudaStreamCreateWithFlags(&handle_, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
}

Stream::~Stream() {
  cudaStreamSynchronize(handle_);
  libraries_.reset();
  for (void* workspace : workspaces_) release(workspace);
  cudaStreamDestroy(handle_);
}

void* Stream::workspace_bytes(size_t bytes) {
  if (bytes > bytes_ || workspaces_.empty()) {
    const size_t grown = std::max({bytes, 2 * bytes_, size_t(1) << 20});
    workspaces_.push_back(allocate(grown));
    bytes_ = grown;
  }
  return workspaces_.back();
}

}  // namespace unetsr::kernels::cuda
