#pragma once
#include <memory>

#include "kernels/enum_names.hpp"

namespace unetsr {

// `reference` runs the specifications, plain loops on the CPU: for tests and for scalars other than float. `cuda` runs
// float on the GPU, in memory of the GPU (kernels/memory.hpp).
enum class Device { reference, cpu, cuda };

// How `cuda` multiplies matrices. Sums are always taken in fp32.
enum class Precision { fp32, tf32, bf16 };

// Whose convolutions and dense layers `cuda` runs: those of kernels/cuda, or, for comparison, cuDNN's and, for 1x1
// kernels, cuBLAS's.
enum class Convolutions { ours, cudnn };

namespace kernels::cuda {
class Stream;
}

// Where the kernels run and in what order: one after the other, as they were called. On `cuda` a call returns before
// its kernel has run; the error of a kernel is thrown by a later call, at the latest by synchronise(). Copies of a
// queue share its order. Throws Error where there is no such device, or no cuDNN in this build.
class Queue {
 public:
  explicit Queue(Device, Precision = Precision::fp32, bool exact = false, Convolutions = Convolutions::ours);
  Device device() const { return device_; }
  Precision precision() const { return precision_; }
  // Whether convolutions on a cpu keep to direct sums, which are exact wherever float is: small integers give the bits
  // of the specification. Else 3x3 convolutions may use Winograd's algorithm, which is faster and whose error is ten
  // times as large.
  bool exact() const { return exact_; }
  Convolutions convolutions() const { return convolutions_; }

  // Returns when all that was called before is done.
  void synchronise();

  // Of `cuda`: for its twins.
  kernels::cuda::Stream& stream() const { return *stream_; }

 private:
  Device device_;
  Precision precision_;
  bool exact_;
  Convolutions convolutions_;
  std::shared_ptr<kernels::cuda::Stream> stream_;
};

// Whether a gradient kernel writes its output or adds to it: the first gradient of a tensor writes, later ones add.
enum class Into { write, add };

}  // namespace unetsr

template <>
struct unetsr::EnumNames<unetsr::Precision> {
  static constexpr const char* what = "precision";
  static constexpr std::pair<unetsr::Precision, const char*> names[] = {
      {unetsr::Precision::fp32, "fp32"}, {unetsr::Precision::tf32, "tf32"}, {unetsr::Precision::bf16, "bf16"}};
};

template <>
struct unetsr::EnumNames<unetsr::Device> {
  static constexpr const char* what = "device";
  static constexpr std::pair<unetsr::Device, const char*> names[] = {{unetsr::Device::cpu, "cpu"},
                                                                     {unetsr::Device::cuda, "cuda"}};
};

template <>
struct unetsr::EnumNames<unetsr::Convolutions> {
  static constexpr const char* what = "convolutions";
  static constexpr std::pair<unetsr::Convolutions, const char*> names[] = {{unetsr::Convolutions::ours, "ours"},
                                                                           {unetsr::Convolutions::cudnn, "cudnn"}};
};
