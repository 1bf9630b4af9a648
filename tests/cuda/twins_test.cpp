#include "thrown.hpp"

#include "parity.hpp"
#include "unwritten.hpp"

using namespace unetsr;
using namespace unetsr::test;

TEST_CASE("every op of the table has a CUDA twin, except those that are listed") {
  Queue queue(Device::cuda);
  for (const OpCase& op : test_cases())
    for (const Pass& pass : op.passes()) {
      if (unwritten.count(pass.function) == 0) continue;
      INFO(pass.function);
      const Inputs<float> inputs = random_inputs(op, true);
      CHECK_THROWS_WITH_AS(run(op, pass, queue, inputs, Into::write), doctest::Contains("has no CUDA kernel"), Error);
    }
}
