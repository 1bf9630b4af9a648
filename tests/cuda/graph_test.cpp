#include "kernels/graph.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "kernels/adam.hpp"
#include "kernels/copy.hpp"
#include "kernels/error.hpp"
#include "kernels/event.hpp"
#include "kernels/memory.hpp"

using namespace unetsr;
using namespace unetsr::kernels;

namespace {

constexpr int count = 6;
constexpr size_t bytes = count * sizeof(float);
constexpr Shape shape = {1, 1, 1, count};

std::vector<float> values_of(Queue& queue, const Memory& memory) {
  std::vector<float> values(memory.bytes() / sizeof(float));
  download(queue, memory.data(), values.data(), memory.bytes());
  queue.synchronise();
  return values;
}

}  // namespace

TEST_CASE("a graph does what was noted, as often as it is launched and not before") {
  Queue queue(Device::cuda);
  const std::vector<float> start = {1, 2, 3, 4, 5, 6};
  const Memory x(queue, bytes), sum(queue, bytes);
  upload(queue, start.data(), x.data(), bytes);
  clear(queue, sum.data(), bytes);
  CHECK(!Graph());
  const Graph graph(queue, [&] {
    copy<float>(queue, View<const float>(x.as<float>(), shape), {sum.as<float>(), shape}, Into::add);
  });
  CHECK(graph);
  CHECK(values_of(queue, sum) == std::vector<float>(count, 0));
  for (int i = 0; i < 3; ++i) graph.launch(queue);
  CHECK(values_of(queue, sum) == std::vector<float>{3, 6, 9, 12, 15, 18});
}

TEST_CASE("what lies in memory may change between the launches of a graph") {
  Queue queue(Device::cuda);
  const std::vector<float> ones(count, 1);
  const Memory g(queue, bytes), m(queue, bytes), v(queue, bytes), w(queue, bytes), place(queue, sizeof(AdamFactors));
  const auto start = [&] {
    upload(queue, ones.data(), g.data(), bytes);
    for (const Memory* memory : {&m, &v, &w}) clear(queue, memory->data(), bytes);
  };
  const auto step = [&] {
    adam_step<float>(queue, place.as<AdamFactors>(), count, g.as<float>(), m.as<float>(), v.as<float>(), w.as<float>());
  };
  const AdamFactors factors[] = {adam_factors({.learning_rate = 0.5f}, 1), adam_factors({.learning_rate = 0.25f}, 2)};
  std::vector<std::vector<float>> results;
  for (const bool as_graph : {false, true}) {
    start();
    const Graph graph = as_graph ? Graph(queue, step) : Graph();
    for (const AdamFactors& f : factors) {
      upload(queue, &f, place.data(), sizeof f);
      as_graph ? graph.launch(queue) : step();
    }
    results.push_back(values_of(queue, w));
  }
  CHECK(results[0] == results[1]);
  CHECK(results[0][0] == doctest::Approx(-0.75).epsilon(1e-6));
}

TEST_CASE("work that fails leaves no graph, and the queue as it was") {
  Queue queue(Device::cuda);
  const Memory x(queue, bytes);
  const auto wrong = [&] {
    clear(queue, x.data(), bytes);
    throw ShapeError("no");
  };
  CHECK_THROWS_AS(Graph(queue, wrong), ShapeError);
  CHECK_THROWS_WITH_AS(Graph(queue, [&] { const Memory more(queue, 100); }), doctest::Contains("cudaMalloc"), Error);
  clear(queue, x.data(), bytes);
  CHECK(values_of(queue, x) == std::vector<float>(count, 0));
}

TEST_CASE("work that a graph cannot hold gives none where that is allowed, and runs call by call") {
  Queue queue(Device::cuda);
  const Memory x(queue, bytes);
  CHECK(graph_if_possible(queue, [&] { clear(queue, x.data(), bytes); }));
  const auto allocates = [&] {
    const Memory more(queue, 100);
    clear(queue, x.data(), bytes);
  };
  CHECK(!graph_if_possible(queue, allocates));
  allocates();
  CHECK(values_of(queue, x) == std::vector<float>(count, 0));
}

TEST_CASE("a queue that an event holds waits for the other") {
  Queue copies(Device::cuda), queue(Device::cuda);
  const Memory x(copies, bytes), y(copies, bytes), sent = Memory::on_host(copies, bytes),
                                                   got = Memory::on_host(copies, bytes);
  for (int i = 0; i < count; ++i) sent.as<float>()[i] = float(i);
  Event arrived(copies), unused(copies);
  upload(copies, sent.data(), x.data(), bytes);
  arrived.record(copies);
  arrived.hold(queue);
  unused.hold(queue);
  unused.synchronise();
  copy<float>(queue, View<const float>(x.as<float>(), shape), {y.as<float>(), shape});
  download(queue, y.data(), got.data(), bytes);
  Event read(queue);
  read.record(queue);
  read.synchronise();
  for (int i = 0; i < count; ++i) CHECK(got.as<float>()[i] == float(i));
}

TEST_CASE("off the GPU an event is always there, and memory on the host is the host's") {
  Queue queue(Device::cpu);
  Event event(queue);
  event.record(queue);
  event.hold(queue);
  event.synchronise();
  const Memory memory = Memory::on_host(queue, 8);
  memory.as<float>()[1] = 3;
  CHECK(memory.bytes() == 8);
  CHECK(Memory::on_host(Queue(Device::cuda), 0).data() == nullptr);
}
