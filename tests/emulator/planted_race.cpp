#include <cuda_runtime.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "emulator/emulator.hpp"

// A kernel with a mistake, and what the emulator reports of it: docs/gpu.md quotes both.
namespace {

float* shared() {
  return static_cast<float*>(emulator::shared_memory());
}

__global__ void reverse(float* out) {
  const int t = threadIdx.x, n = blockDim.x;
  shared()[t] = float(t);
  // __syncthreads() is missing here
  out[t] = shared()[n - 1 - t];
}

}  // namespace

int main() {
  float* out = nullptr;
  cudaMalloc(&out, 64 * sizeof(float));
  void* arguments[] = {&out, nullptr};
  cudaLaunchKernel(reverse, dim3(1), dim3(64), arguments, 64 * sizeof(float));
  const cudaError_t error = cudaDeviceSynchronize();
  std::string fault = cudaGetErrorString(error);
  fault.resize(std::min(fault.size(), fault.find(" (address")));  // which differs from run to run
  std::puts(fault.c_str());
  cudaFree(out);
  return error == cudaSuccess;
}
