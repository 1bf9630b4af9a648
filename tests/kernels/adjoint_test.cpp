#include "adjoint.hpp"

#include <doctest/doctest.h>

#include "test_cases.hpp"

// Every gradient of every op, as the specification computes it. ReLU inside a layer has no gradient there: the caller
// masks dy.
using namespace unetsr;
using namespace unetsr::test;

namespace {

template <class Check>
void for_each_gradient(Check check) {
  for (const OpCase& op : test_cases()) {
    if (op.name.ends_with(" relu")) continue;
    for (const Pass& pass : op.gradients) {
      INFO(op.name << ", " << pass.function);
      check(op, pass);
    }
  }
}

}  // namespace

TEST_CASE("each gradient is the transpose of its op's Jacobian") {
  for_each_gradient([](const OpCase& op, const Pass& pass) {
    CHECK(adjoint_mismatch(op, pass, Into::write) <= 1e-13);
    if (pass.adds) CHECK(adjoint_mismatch(op, pass, Into::add) <= 1e-13);
  });
}

TEST_CASE("each gradient agrees with central differences") {
  int checked = 0;
  for_each_gradient([&](const OpCase& op, const Pass& pass) {
    int64_t inputs = 0;
    for (const ArrayShape& shape : op.inputs) inputs += shape.shape.size();
    if (inputs > 2000) return;
    CHECK(difference_mismatch(op, pass) <= 1);
    ++checked;
  });
  CHECK(checked > 30);
}
