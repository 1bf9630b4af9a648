#include "launched.hpp"
#include "parity.hpp"

using namespace unetsr;
using namespace unetsr::test;
using emulator::test::Scheduled, emulator::test::schedules;

TEST_CASE("every CUDA twin gives the same bits in any order of its threads and blocks") {
  Queue twin(Device::cuda);
  for_each_pass(test_cases(), [&](const OpCase& op, const Pass& pass, Into into) {
    const Inputs<float> inputs = random_inputs(op, false);
    const auto first = run(op, pass, twin, inputs, into);
    for (const emulator::Schedule& schedule : schedules()) {
      const Scheduled scheduled(schedule);
      const auto again = run(op, pass, twin, inputs, into);
      for (size_t i = 0; i < first.size(); ++i) CHECK(again[i].same_bits(first[i]));
    }
  });
}
