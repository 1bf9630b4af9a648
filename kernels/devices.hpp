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
  std::string address = {};  // of a CUDA device on the machine's bus: no other has it
};

// This machine's processor, then its CUDA devices. A build without CUDA finds none of those.
std::vector<DeviceInfo> devices();

// Whether this build has CUDA.
bool built_with_cuda();

// The CUDA device, counted from 0, of all queues that are made from now on, in any thread; the first one without a
// call. Where there is no such device, making a queue throws.
void choose_cuda_device(int number);
int chosen_cuda_device();

namespace kernels::cuda {

std::vector<DeviceInfo> devices();

}  // namespace kernels::cuda

}  // namespace unetsr
