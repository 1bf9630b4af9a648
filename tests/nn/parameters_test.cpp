#include "nn/parameters.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "autograd/ops.hpp"
#include "nn/network.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::nn;

TEST_CASE("weights and biases start uniform in +-1 / sqrt(fan_in)") {
  const auto network = make_network<float>(model_spec("unet", 6));
  Parameters<float>& p = network->parameters();
  p.place(Queue(Device::cpu));
  p.initialise(1);
  const std::vector<float> all = p.values();
  CHECK(int64_t(all.size()) == p.size());
  auto values = all.begin();
  for (const auto& slice : p.slices()) {
    CAPTURE(slice.name);
    const auto begin = std::exchange(values, values + slice.shape.size());
    const auto [low, high] = std::minmax_element(begin, values);
    const float bound = 1 / std::sqrt(float(slice.fan_in));
    CHECK(*high <= bound);
    CHECK(*low >= -bound);
    if (slice.shape.size() >= 64) {
      CHECK(*high > 0.85f * bound);
      CHECK(*low < -0.85f * bound);
    }
  }
  CHECK(p.slices()[0].name == "encoder1.conv1.weight");
  CHECK(p.slices()[0].fan_in == 9 * 6);
  CHECK(p.slices()[1].name == "encoder1.conv1.bias");
  CHECK(p.slices()[1].fan_in == 9 * 6);
}

TEST_CASE("the same seed gives the same start, another one another; a layer's start does not depend on those before") {
  const auto start = [](const char* model, uint64_t seed) {
    const auto network = make_network<float>(model_spec(model, 4));
    network->parameters().place(Queue(Device::cpu));
    network->parameters().initialise(seed);
    return network->parameters().values();
  };
  CHECK(start("sifnet-small", 3) == start("sifnet-small", 3));
  CHECK(start("sifnet-small", 3) != start("sifnet-small", 4));
  const auto small = start("unet:widths=2,bottleneck=4", 1), large = start("unet:widths=2,bottleneck=8", 1);
  CHECK(std::equal(small.begin(), small.begin() + 4 * 9 * 2 + 2, large.begin()));
}

TEST_CASE("gradients gather over all uses of a slice, and are 0 again when cleared") {
  Parameters<double> p;
  const int weight = p.add("w", {1, 1, 1, 1}, 1), bias = p.add("b", {1, 1, 1, 1}, 1);
  p.add("unused", {1, 1, 1, 2}, 1);
  Queue queue(Device::reference);
  p.place(queue);
  p.set_values({3, 1, 0, 0});
  const double x[] = {2}, one[] = {1};
  // y = w (w x + b) + b; dy/dw = 2 w x + b = 13, dy/db = w + 1 = 4
  const auto step = [&] {
    autograd::Arena arena(queue);
    autograd::Tape<double> tape(queue, arena, true);
    auto y = tape.tensor({x, 1, 1, 1, 1});
    for (int i = 0; i < 2; ++i) y = autograd::conv2d(tape, y, p.on(tape, weight), p.on(tape, bias));
    CHECK(y.value(0, 0, 0, 0) == 22);
    autograd::seed_gradient<double>(tape, y, {one, 1, 1, 1, 1});
    tape.backward();
  };
  step();
  CHECK(p.gradients() == std::vector<double>{13, 4, 0, 0});
  step();
  CHECK(p.gradients() == std::vector<double>{26, 8, 0, 0});
  p.clear_gradients();
  CHECK(p.gradients() == std::vector<double>{0, 0, 0, 0});
  step();
  CHECK(p.gradients() == std::vector<double>{13, 4, 0, 0});
  p.begin_gradients();
  step();
  p.end_gradients();
  CHECK(p.gradients() == std::vector<double>{13, 4, 0, 0});
  p.begin_gradients();
  p.end_gradients();
  CHECK(p.gradients() == std::vector<double>{0, 0, 0, 0});
}

TEST_CASE("slices begin at multiples of 16 bytes, and nobody sees the gaps") {
  Parameters<float> p;
  const int first = p.add("first", {1, 1, 1, 3}, 1), second = p.add("second", {1, 1, 2, 3}, 1);
  Queue queue(Device::cpu);
  p.place(queue);
  p.set_values({1, 2, 3, 4, 5, 6, 7, 8, 9});
  autograd::Arena arena(queue);
  autograd::Tape<float> tape(queue, arena, true);
  for (const int index : {first, second}) {
    const auto slice = p.on(tape, index);
    CHECK(reinterpret_cast<uintptr_t>(slice.value.data) % 16 == 0);
    CHECK(reinterpret_cast<uintptr_t>(slice.gradient->view.data) % 16 == 0);
    CHECK(slice.value(0, 0, 0, 0) == (index == first ? 1 : 4));
  }
  CHECK(p.size() == 9);
  CHECK(p.values() == std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(p.gradients() == std::vector<float>(9, 0));
  CHECK_THROWS_NAMING(ShapeError, p.set_values({1, 2}), "2 values", "9");
}
