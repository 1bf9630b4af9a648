#include "training.hpp"

#include "launched.hpp"

using namespace unetsr;
using namespace unetsr::test;
using emulator::test::Scheduled;

TEST_CASE("a training gives the same bits in any order of threads, blocks and streams" *
          doctest::skip(!emulator::observes_accesses)) {
  const Problem arrays{.model = "unet:widths=2,bottleneck=3", .shape = {1, 4, 5, 2}};
  Problem patches = arrays;
  patches.from = From::images;
  for (const auto& [problem, as_graph] : {std::pair(arrays, false), {arrays, true}, {patches, true}}) {
    const nn::Execution execution(Device::cuda, Precision::fp32, as_graph);
    std::vector<nn::Checkpoint> ends;
    for (const emulator::Schedule& schedule :
         {emulator::Schedule{emulator::Order::forward}, emulator::Schedule{emulator::Order::reverse},
          emulator::Schedule{emulator::Order::random, 1}, emulator::Schedule{emulator::Order::random, 2}}) {
      const Scheduled scheduled(schedule);
      ends.push_back(train_ahead(problem, execution, 12));
    }
    for (const nn::Checkpoint& end : ends) CHECK(same_bits(end, ends.front()));
  }
}

TEST_CASE("a training allocates nothing after its first steps, and leaves nothing behind") {
  const size_t before = emulator::device_bytes();
  {
    const Problem problem{.supervision = Supervision::footprints, .from = From::images};
    nn::Trainer trainer = trainer_of(problem, Device::cuda);
    for (int step = 0; step < 8; ++step) take_step(problem, trainer, step);
    const size_t bytes = emulator::device_bytes();
    CHECK(bytes > before);
    for (int step = 8; step < 14; ++step) take_step(problem, trainer, step);
    CHECK(emulator::device_bytes() == bytes);
  }
  CHECK(emulator::device_bytes() == before);
}
