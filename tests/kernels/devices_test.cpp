#include "kernels/devices.hpp"

#include <doctest/doctest.h>

#include "kernels/parallel.hpp"

using namespace unetsr;

TEST_CASE("the processor is the first device, and CUDA devices need a build with CUDA") {
  set_threads(3);
  const std::vector<DeviceInfo> list = devices();
  REQUIRE(!list.empty());
  CHECK(list[0].name == "cpu");
  CHECK(list[0].units == 3);
  CHECK(list[0].memory_bytes > 0);
  if (!built_with_cuda()) CHECK(list.size() == 1);
  for (size_t i = 1; i < list.size(); ++i) CHECK(list[i].name == "cuda:" + std::to_string(i - 1));
}
