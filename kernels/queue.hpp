#pragma once
#include <memory>

namespace unetsr {

// `reference` runs the specifications, plain loops on the CPU: for tests and for scalars other than float. `cuda` runs
// float on the GPU, in memory of the GPU (kernels/memory.hpp).
enum class Device { reference, cpu, cuda };

// How `cuda` multiplies matrices. Sums are always taken in fp32.
enum class Precision { fp32, tf32, bf16 };

namespace kernels::cuda {
class Stream;
}

// Where the kernels run and in what order: one after the other, as they were called. On `cuda` a call returns before
// its kernel has run; the error of a kernel is thrown by a later call, at the latest by synchronise(). Copies of a
// queue share its order. Throws Error where there is no such device.
class Queue {
 public:
  explicit Queue(Device device, Precision precision = Precision::fp32);
  Device device() const { return device_; }
  Precision precision() const { return precision_; }

  // Returns when all that was called before is done.
  void synchronise();

  // Of `cuda`: for its twins.
  kernels::cuda::Stream& stream() const { return *stream_; }

 private:
  Device device_;
  Precision precision_;
  std::shared_ptr<kernels::cuda::Stream> stream_;
};

// What a gradient kernel does with its output: the first gradient of a tensor writes, later ones add.
enum class Into { write, add };

}  // namespace unetsr
