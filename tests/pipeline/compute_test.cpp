#include "pipeline/console/compute.hpp"

#include <doctest/doctest.h>

#include "kernels/devices.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("a GPU multiplies in tf32 unless told otherwise, a cpu in fp32 alone") {
  CHECK(effective({}).precision == "fp32");
  CHECK(effective({.device = "cuda"}).precision == "tf32");
  CHECK(effective({.device = "cuda", .precision = "bf16"}).precision == "bf16");
  CHECK(effective({.precision = "fp32"}).precision == "fp32");
}

TEST_CASE("what is unknown, or does not go together, is an error of usage that says what to take") {
  const auto refused = [](const ComputeOptions& o) { return test::thrown<UsageError>([&] { effective(o); }); };
  CHECK(refused({.device = "gpu"}) == "--device gpu is not known; take cpu or cuda");
  CHECK(refused({.device = "cuda", .precision = "fp16"}) == "unknown precision fp16; take fp32, tf32 or bf16");
  CHECK(refused({.precision = "tf32"}) == "--precision tf32 belongs to --device cuda; a cpu computes in fp32");
  CHECK(refused({.device = "cuda", .conv = "cutlass"}) == "unknown --conv cutlass; take ours or cudnn");
  CHECK(refused({.conv = "cudnn"}) == "--conv cudnn belongs to --device cuda");
}

TEST_CASE("computing starts with the threads that were asked for, and not where there is no GPU") {
  const int before = threads();
  const nn::Execution execution = start_computing({.threads = 3});
  CHECK(execution.device == Device::cpu);
  CHECK(execution.precision == Precision::fp32);
  CHECK(threads() == 3);
  set_threads(before);
  if (devices().size() > 1) return;
  const std::string error = test::thrown<Error>([] { start_computing({.device = "cuda"}); });
  if (built_with_cuda())
    CHECK(error.starts_with("--device cuda: no GPU that CUDA can use ("));
  else
    CHECK(error == "--device cuda: this build has no CUDA; configure with -DUNETSR_CUDA=ON");
  CHECK(error.find('\n') == std::string::npos);
}

TEST_CASE("a report names the processor") {
  CHECK(device_in_words({}).starts_with("cpu ("));
  if (devices().size() == 1) CHECK(device_in_words({.device = "cuda"}) == "cuda (tf32, convolutions ours)");
}
