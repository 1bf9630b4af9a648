#include "pipeline/console/compute.hpp"

#include <fmt/format.h>

#include "kernels/devices.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/processes/gpus.hpp"

namespace unetsr::pipeline {

ResolvedCompute resolve(const ComputeOptions& o) {
  const bool on_gpu = o.device == Device::cuda;
  const Precision precision = o.precision.value_or(on_gpu ? Precision::tf32 : Precision::fp32);
  if (precision != Precision::fp32 && !on_gpu)
    throw UsageError("--precision " + to_string(precision) + " belongs to --device cuda; a cpu computes in fp32");
  if (o.convolutions != Convolutions::ours && !on_gpu)
    throw UsageError("--conv " + to_string(o.convolutions) + " belongs to --device cuda");
  return {o.threads, o.device, precision, o.convolutions};
}

nn::Execution start_computing(const ResolvedCompute& o, bool exact) {
  set_threads(o.threads);
  nn::Execution execution(o.device, o.precision);
  execution.exact = exact;
  execution.convolutions = o.convolutions;
  execution.threads = o.threads;
  if (o.device == Device::cuda) take_own_gpu();
  try {
    Queue{execution.device};
  } catch (const Error& e) {
    throw Error(fmt::format("--device {}: {}", to_string(o.device), e.what()));
  }
  try {
    execution.queue();
  } catch (const Error& e) {
    throw Error(fmt::format("--conv {}: {}", to_string(o.convolutions), e.what()));
  }
  return execution;
}

std::string device_in_words(const ResolvedCompute& o) {
  const std::vector<DeviceInfo> all = devices();
  if (o.device == Device::cpu) return fmt::format("cpu ({})", all.front().description);
  const size_t gpu = size_t(1 + chosen_cuda_device());
  return fmt::format("{} ({}, convolutions {})", gpu < all.size() ? all[gpu].description : "cuda",
                     to_string(o.precision), to_string(o.convolutions));
}

}  // namespace unetsr::pipeline
