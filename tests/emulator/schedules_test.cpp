#include "launched.hpp"
#include "parity.hpp"

using namespace unetsr;
using namespace unetsr::test;
using emulator::test::Scheduled, emulator::test::schedules;

namespace {

void check_same_in_any_order(Queue& twin, const std::vector<OpCase>& cases) {
  for_each_pass(cases, [&](const OpCase& op, const Pass& pass, Into into) {
    const Inputs<float> inputs = random_inputs(op, false);
    const auto first = run(op, pass, twin, inputs, into);
    for (const emulator::Schedule& schedule : schedules()) {
      const Scheduled scheduled(schedule);
      const auto again = run(op, pass, twin, inputs, into);
      for (size_t i = 0; i < first.size(); ++i) CHECK(again[i].same_bits(first[i]));
    }
  });
}

}  // namespace

TEST_CASE("every CUDA twin gives the same bits in any order of its threads and blocks") {
  Queue twin(Device::cuda);
  check_same_in_any_order(twin, test_cases());
}

TEST_CASE("products on tensor cores give the same bits in any order, too") {
  for (const Precision precision : {Precision::tf32, Precision::bf16}) {
    Queue queue(Device::cuda, precision);
    check_same_in_any_order(queue,
                            {conv2d_case({2, 5, 7, 6}, {3, 3}, 17, {3, 5}), conv2d_case({1, 4, 4, 32}, {3, 3}, 33),
                             conv_transpose2x2_case({1, 3, 2, 17}, 16, {0, 16})});
  }
}
