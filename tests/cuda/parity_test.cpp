#include "parity.hpp"

#include "kernels/graph.hpp"
#include "sanitized.hpp"

// The CUDA twins against the specifications.
using namespace unetsr;
using namespace unetsr::test;

namespace {

constexpr double bound = 2e-6;

}  // namespace

TEST_CASE("small integers: the same bits as the specification") {
  Queue twin(Device::cuda);
  check_integers(twin, test_cases());
}

TEST_CASE("random values: close to the specification in double") {
  Queue twin(Device::cuda);
  check_random(twin, test_cases(), bound);
}

TEST_CASE("missing values reach the same outputs as in the specification") {
  Queue twin(Device::cuda);
  check_missing(twin, test_cases(), bound);
}

TEST_CASE("on tensor cores: small integers give the same bits as the specification, random values come close") {
  for (const auto& [precision, rounding] : {std::pair(Precision::tf32, 2e-3), std::pair(Precision::bf16, 8e-3)}) {
    Queue queue(Device::cuda, precision);
    if (!address_sanitizer) check_integers(queue, layer_cases());
    check_random(queue, layer_cases(), rounding);
  }
}

TEST_CASE("gated data gradients") {
  Queue twin(Device::cuda);
  check_gates(twin, test_cases());
}

TEST_CASE("the same bits every time" * doctest::skip(address_sanitizer)) {
  Queue twin(Device::cuda);
  for_each_pass(test_cases(), [&](const OpCase& op, const Pass& pass, Into into) {
    const Inputs<float> inputs = random_inputs(op, false);
    const auto first = run(op, pass, twin, inputs, into), again = run(op, pass, twin, inputs, into);
    for (size_t i = 0; i < first.size(); ++i) CHECK(again[i].same_bits(first[i]));
  });
}

// A graph refuses what waits or allocates.
TEST_CASE("what benchmarks time is the kernels alone, after the first pass") {
  Queue queue(Device::cuda);
  for_each_pass(test_cases(), [&](const OpCase& op, const Pass& pass, Into into) {
    if (into == Into::add) return;
    const Inputs<float> inputs = random_inputs(op, false);
    Pass timed = pass;
    if (!pass.timed.empty()) timed.run = pass.timed.front();
    run(op, timed, queue, inputs, into);
    Placed placed(queue);
    const Arguments<float> arguments = placed.arguments(inputs);
    std::vector<GuardedArray> arrays;
    for (const ArrayShape& shape : op.outputs_of(pass)) arrays.emplace_back(shape);
    Outputs<float> outputs;
    for (GuardedArray& array : arrays) outputs.push_back(placed.copy_of(array));
    queue.synchronise();
    CHECK_NOTHROW(kernels::Graph(queue, [&] { timed.run(queue, arguments, outputs, into); }));
  });
}
