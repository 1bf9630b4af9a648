#include "kernels/memory.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "kernels/error.hpp"

using namespace unetsr;

TEST_CASE("what is uploaded comes back, on every device") {
  for (Device device : {Device::reference, Device::cpu, Device::cuda}) {
    Queue queue(device);
    const std::vector<float> sent = {1, 2, 3, 4, 5};
    std::vector<float> got(5);
    const kernels::Memory memory(queue, sizeof(float) * 5);
    CHECK(memory.bytes() == 20);
    CHECK(reinterpret_cast<uintptr_t>(memory.data()) % 256 == 0);
    kernels::upload(queue, sent.data(), memory.data(), 20);
    kernels::clear(queue, memory.as<float>() + 1, 8);
    kernels::download(queue, memory.data(), got.data(), 20);
    queue.synchronise();
    CHECK(got == std::vector<float>{1, 0, 0, 4, 5});
  }
}

TEST_CASE("no bytes are nothing") {
  Queue queue(Device::cuda);
  const kernels::Memory memory(queue, 0);
  CHECK(memory.data() == nullptr);
  kernels::upload(queue, nullptr, nullptr, 0);
  kernels::clear(queue, nullptr, 0);
  queue.synchronise();
}

TEST_CASE("where the GPU has no room, the error says how much there is and what to do") {
  Queue queue(Device::cuda);
  const size_t too_much = size_t(1) << 50;
  CHECK_THROWS_WITH_AS(kernels::Memory(queue, too_much), doctest::Contains("MiB are free; use smaller batches"), Error);
  const kernels::Memory memory(queue, 4);
  kernels::clear(queue, memory.data(), 4);
  queue.synchronise();
}
