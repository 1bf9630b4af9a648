#include "parity.hpp"

#include "kernels/parallel.hpp"
#include "sanitized.hpp"

// The CPU twins against the specifications.
using namespace unetsr;
using namespace unetsr::test;

namespace {

Queue twin(Device::cpu, Precision::fp32, true);
constexpr double bound = 2e-6;

}  // namespace

TEST_CASE("small integers: the same bits as the specification") {
  check_integers(twin, test_cases());
}

TEST_CASE("random values: close to the specification in double") {
  check_random(twin, test_cases(), bound);
}

TEST_CASE("as many channels and pixels as in training do not add up to a larger error" *
          doctest::skip(test::address_sanitizer)) {
  check_random(twin, {conv2d_case({1, 8, 8, 512}, {3, 3}, 64), conv2d_case({16, 64, 64, 8}, {3, 3}, 16)}, bound);
}

TEST_CASE("missing values reach the same outputs as in the specification") {
  check_missing(twin, test_cases(), bound);
}

TEST_CASE("gated data gradients") {
  check_gates(twin, layer_cases());
  check_gates(specification, layer_cases());
}

TEST_CASE("the same bits at any number of threads") {
  for_each_pass(test_cases(), [](const OpCase& op, const Pass& pass, Into into) {
    const Inputs<float> inputs = random_inputs(op, false);
    set_threads(1);
    const auto alone = run(op, pass, twin, inputs, into);
    for (int count : {2, 5}) {
      set_threads(count);
      const auto together = run(op, pass, twin, inputs, into);
      for (size_t i = 0; i < alone.size(); ++i) CHECK(together[i].same_bits(alone[i]));
    }
  });
}
