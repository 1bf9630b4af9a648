#include <doctest/doctest.h>

#include "kernels/cudnn/conv2d.hpp"
#include "kernels/queue.hpp"
#include "parity.hpp"

// cuDNN's and cuBLAS's convolutions against the specification: what we compare with computes the same.
using namespace unetsr;
using namespace unetsr::test;

TEST_CASE("cuDNN" * doctest::skip(!kernels::cudnn::available())) {
  for (const auto& [precision, rounding] :
       {std::pair(Precision::fp32, 5e-6), std::pair(Precision::tf32, 2e-3), std::pair(Precision::bf16, 2e-2)}) {
    Queue queue(Device::cuda, precision, true, Convolutions::cudnn);
    check_random(queue, layer_cases(), rounding);
    check_gates(queue, layer_cases());
  }
}

TEST_CASE("a build without cuDNN says so" * doctest::skip(kernels::cudnn::available())) {
  CHECK_THROWS_WITH_AS(Queue(Device::cpu, Precision::fp32, false, Convolutions::cudnn), doctest::Contains("no cuDNN"),
                       Error);
}
