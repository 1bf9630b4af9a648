#pragma once
#include <memory>

#include "kernels/device_gather.hpp"

// The GPUs of several processes.
namespace unetsr::pipeline {

// Each process of a machine takes the next of the GPUs that it sees, and the first again after the last.
void take_own_gpu();

// For the processes that share the work that goes on now; every one of them calls it. Null where a process is alone,
// two have the same GPU, or a build has no NCCL.
std::unique_ptr<kernels::DeviceGather> join_gpus();

}  // namespace unetsr::pipeline
