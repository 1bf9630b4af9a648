#include "pipeline/console/compute.hpp"

#include <doctest/doctest.h>

#include "kernels/devices.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("a GPU multiplies in tf32 unless told otherwise, a cpu in fp32 alone") {
  CHECK(resolve(ComputeOptions{}).precision == Precision::fp32);
  CHECK(resolve(ComputeOptions{.device = Device::cuda}).precision == Precision::tf32);
  CHECK(resolve(ComputeOptions{.device = Device::cuda, .precision = Precision::bf16}).precision == Precision::bf16);
  CHECK(resolve(ComputeOptions{.precision = Precision::fp32}).precision == Precision::fp32);
}

TEST_CASE("what does not go together is an error of usage that says what to take") {
  const auto refused = [](const ComputeOptions& o) { return test::thrown<UsageError>([&] { resolve(o); }); };
  CHECK(refused({.precision = Precision::tf32}) == "--precision tf32 belongs to --device cuda; a cpu computes in fp32");
  CHECK(refused({.convolutions = Convolutions::cudnn}) == "--conv cudnn belongs to --device cuda");
}

TEST_CASE("computing starts with the threads that were asked for, and not where there is no GPU") {
  const int before = threads();
  const nn::Execution execution = start_computing({.threads = 3}, true);
  CHECK(execution.device == Device::cpu);
  CHECK(execution.precision == Precision::fp32);
  CHECK(execution.queue().exact());
  CHECK(threads() == 3);
  set_threads(before);
  if (devices().size() > 1) return;
  const std::string error =
      test::thrown<Error>([] { start_computing({.device = Device::cuda, .precision = Precision::tf32}); });
  if (built_with_cuda())
    CHECK(error.starts_with("--device cuda: no GPU that CUDA can use ("));
  else
    CHECK(error == "--device cuda: this build has no CUDA; configure with -DUNETSR_CUDA=ON");
  CHECK(error.find('\n') == std::string::npos);
}

TEST_CASE("a report names the processor") {
  CHECK(device_in_words({}).starts_with("cpu ("));
  if (devices().size() == 1)
    CHECK(device_in_words({.device = Device::cuda, .precision = Precision::tf32}) == "cuda (tf32, convolutions ours)");
}
