#include <cstdio>
#include <map>
#include <string>

#include "test_cases.hpp"

// Prints, as JSON, how many cases of the table of ops (op_table.hpp) each test has of each function. docs/ops.md is
// made of it.
using namespace unetsr::test;

namespace {

struct Cases {
  int all = 0, exact = 0, float_only = 0, on_tensor_cores = 0, gradients = 0, adjoint = 0;
};

void count(const std::vector<OpCase>& cases, bool on_tensor_cores, std::map<std::string, Cases>& counts) {
  for (const OpCase& op : cases)
    for (const Pass& pass : op.passes()) {
      Cases& c = counts[pass.function];
      const bool is_gradient = !pass.gradient_of.empty();
      ++c.all;
      c.exact += op.exact;
      c.float_only += op.float_only;
      c.on_tensor_cores += on_tensor_cores;
      c.gradients += is_gradient;
      c.adjoint += is_gradient && !op.name.ends_with(" relu");
    }
}

}  // namespace

int main() {
  std::map<std::string, Cases> counts;
  count(layer_cases(), true, counts);
  count(small_cases(), false, counts);
  const char* separator = "{\n";
  for (const auto& [function, c] : counts) {
    std::printf(
        "%s \"%s\": {\"all\": %d, \"exact\": %d, \"float_only\": %d, \"on_tensor_cores\": %d, \"gradients\": %d, "
        "\"adjoint\": %d}",
        separator, function.c_str(), c.all, c.exact, c.float_only, c.on_tensor_cores, c.gradients, c.adjoint);
    separator = ",\n";
  }
  std::puts("\n}");
}
