#include "pipeline/console/compute.hpp"

#include <fmt/format.h>

#include "kernels/convolutions.hpp"
#include "kernels/devices.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::pipeline {
namespace {

Precision precision(const std::string& name) {
  if (name == "fp32") return Precision::fp32;
  if (name == "tf32") return Precision::tf32;
  if (name == "bf16") return Precision::bf16;
  throw UsageError("unknown precision " + name + "; take fp32, tf32 or bf16");
}

Convolutions convolutions(const std::string& name) {
  if (name == "ours") return Convolutions::ours;
  if (name == "cudnn") return Convolutions::cudnn;
  throw UsageError("unknown --conv " + name + "; take ours or cudnn");
}

}  // namespace

ComputeOptions effective(ComputeOptions o) {
  if (o.device != "cpu" && o.device != "cuda")
    throw UsageError("--device " + o.device + " is not known; take cpu or cuda");
  const bool on_gpu = o.device == "cuda";
  if (o.precision.empty()) o.precision = on_gpu ? "tf32" : "fp32";
  if (precision(o.precision) != Precision::fp32 && !on_gpu)
    throw UsageError("--precision " + o.precision + " belongs to --device cuda; a cpu computes in fp32");
  if (convolutions(o.conv) != Convolutions::ours && !on_gpu)
    throw UsageError("--conv " + o.conv + " belongs to --device cuda");
  return o;
}

nn::Execution start_computing(const ComputeOptions& asked) {
  const ComputeOptions o = effective(asked);
  set_threads(o.threads);
  const nn::Execution execution(o.device == "cuda" ? Device::cuda : Device::cpu, precision(o.precision));
  try {
    Queue{execution.device};
  } catch (const Error& e) {
    throw Error(fmt::format("--device {}: {}", o.device, e.what()));
  }
  try {
    set_convolutions(convolutions(o.conv));
  } catch (const Error& e) {
    throw Error(fmt::format("--conv {}: {}", o.conv, e.what()));
  }
  return execution;
}

std::string device_in_words(const ComputeOptions& asked) {
  const ComputeOptions o = effective(asked);
  const std::vector<DeviceInfo> all = devices();
  if (o.device == "cpu") return fmt::format("cpu ({})", all.front().description);
  return fmt::format("{} ({}, convolutions {})", all.size() > 1 ? all[1].description : "cuda", o.precision, o.conv);
}

}  // namespace unetsr::pipeline
