#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace unetsr {

// A processor that could run kernels.
struct DeviceInfo {
  std::string name;          // cpu, cuda:0, cuda:1, ...
  std::string description;   // the model; for the CPU the instruction set of its kernels
  int units = 0;             // threads, or multiprocessors
  int64_t memory_bytes = 0;  // 0: not known
};

// This machine's processor, then its CUDA devices. A build without CUDA finds none of those.
std::vector<DeviceInfo> devices();

// Whether this build has CUDA.
bool built_with_cuda();

namespace kernels::cuda {

std::vector<DeviceInfo> devices();

}  // namespace kernels::cuda

}  // namespace unetsr
