#pragma once
#include <cuda_runtime.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "kernels/memory.hpp"

namespace unetsr::kernels::cuda {

// Makes it the calling thread's: CUDA has a device for each thread.
cudaError_t use_chosen_device();

// What a twin needs to launch its kernels: the order they run in, and memory for intermediate results.
class Stream {
 public:
  Stream();
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  cudaStream_t handle() const { return handle_; }
  int multiprocessors() const { return multiprocessors_; }

  // At least `count` values, 256-byte aligned, uninitialised, for the kernels of one op: the next op that asks gets the
  // same memory. It grows but is not given back, so that pointers in captured graphs stay good.
  template <class T>
  T* workspace(size_t count) {
    return static_cast<T*>(workspace_bytes(count * sizeof(T)));
  }

  // The state of another library for this stream; only that library uses it.
  std::shared_ptr<void>& libraries() { return libraries_; }

 private:
  void* workspace_bytes(size_t bytes);

  cudaStream_t handle_ = nullptr;
  int multiprocessors_ = 0;
  std::vector<void*> workspaces_;  // the last is in use
  size_t bytes_ = 0;               // of the last
  std::shared_ptr<void> libraries_;
};

}  // namespace unetsr::kernels::cuda
