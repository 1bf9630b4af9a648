#include "kernels/error.hpp"
#include "launched.hpp"
#include "parity.hpp"

// Mutants of the kernels: every synchronisation that they pass, left out one at a time, must be missed.
using namespace unetsr;
using namespace unetsr::test;
using emulator::Site;

namespace {

struct Use {
  OpCase op;
  Pass pass;
};

std::vector<GuardedArray> run(const Use& use) {
  Queue queue(Device::cuda, Precision::tf32);
  return test::run(use.op, use.pass, queue, random_inputs(use.op, false), Into::write);
}

bool is_missed(const Use& use, const std::vector<GuardedArray>& expected) {
  try {
    const std::vector<GuardedArray> got = run(use);
    for (size_t i = 0; i < got.size(); ++i)
      if (!got[i].same_bits(expected[i])) return true;
    return false;
  } catch (const Error&) {
    return true;
  }
}

}  // namespace

TEST_CASE("no synchronisation of a kernel can be left out" * doctest::skip(!emulator::observes_accesses)) {
  size_t known = 0;
  int mutants = 0;
  for_each_pass(test_cases(), [&](const OpCase& op, const Pass& pass, Into into) {
    if (into == Into::add) return;
    const Use use{op, pass};
    const std::vector<GuardedArray> expected = run(use);
    const std::vector<Site> passed = emulator::synchronisations();
    for (; known < passed.size(); ++known, ++mutants) {
      INFO("without the synchronisation at " << emulator::text(passed[known]));
      emulator::leave_out(passed[known]);
      CHECK(is_missed(use, expected));
      emulator::leave_out({});
    }
  });
  CHECK(mutants == 7);  // all that kernels/cuda has
}
