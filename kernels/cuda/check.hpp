#pragma once
#include <cuda_runtime.h>

#include <string>

#include "kernels/error.hpp"

namespace unetsr::kernels::cuda {

// Throws an Error that names the call, unless it went well.
inline void check(cudaError_t error, const std::string& call) {
  if (error != cudaSuccess) throw Error("CUDA: " + call + ": " + cudaGetErrorString(error));
}

}  // namespace unetsr::kernels::cuda
