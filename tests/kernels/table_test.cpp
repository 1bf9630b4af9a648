#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "files.hpp"
#include "test_cases.hpp"

using namespace unetsr;

TEST_CASE("every function of kernels/*.hpp that takes a queue has its cases in the table") {
  std::set<std::string> in_table, in_headers;
  for (const test::OpCase& op : test::test_cases())
    for (const test::Pass& pass : op.passes()) in_table.insert(pass.function);

  const std::set<std::string> no_ops = {"device_gather.hpp", "event.hpp", "graph.hpp", "memory.hpp",
                                        "placed_footprints.hpp"};
  for (const auto& file : std::filesystem::directory_iterator(test::source_directory() / "kernels")) {
    if (file.path().extension() != ".hpp" || no_ops.count(file.path().filename()) == 1) continue;
    const std::string text = test::read_file(file.path());
    for (size_t queue = text.find("(Queue&"); queue != text.npos; queue = text.find("(Queue&", queue + 1)) {
      const size_t name = text.find_last_of(" \n", queue) + 1;
      in_headers.insert(text.substr(name, queue - name));
    }
  }
  CHECK(in_headers.size() >= 18);
  for (const std::string& function : in_headers) {
    INFO("kernels/*.hpp declares " << function << ", tests/kernels/test_cases.hpp has no case of it");
    CHECK(in_table.count(function) == 1);
  }
  CHECK(in_table.size() == in_headers.size());
}
