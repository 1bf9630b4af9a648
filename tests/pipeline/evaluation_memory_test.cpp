#include "pipeline/evaluate/evaluation_memory.hpp"

#include <doctest/doctest.h>

#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

constexpr uint64_t machine = 8'000'000'000;

data::ArrayStore place(const std::optional<std::string>& memory, const ArrayMemory& needed,
                       uint64_t available = machine) {
  EvaluateOptions o;
  o.dataset = "scene.h5", o.out_directory = "report", o.memory = memory;
  return place_arrays(needed, o, Output(Output::Mode::quiet), available);
}

}  // namespace

TEST_CASE("What fits into half of the memory, or --memory, is held; else maps and soundings lie in OUT_DIR") {
  const ArrayMemory needed{1e9, 2e9};
  CHECK(!place({}, needed).beside);
  CHECK(!place("3GB", needed).beside);
  CHECK(place("2GB", needed).beside == "report/report.html");
  CHECK(place({}, needed, 5'000'000'000).beside == "report/report.html");
  CHECK(!place("1GB", {1e9, 0}).beside);
}

TEST_CASE("What cannot be is refused with figures and advice") {
  CHECK_THROWS_NAMING(UsageError, place("900MB", {1e9, 2e9}), "--memory 900MB", "evaluating scene.h5", "1.0 GB",
                      "smaller --bbox");
  CHECK_THROWS_NAMING(UsageError, place({}, {1e9, 2e9}, 900'000'000), "evaluating scene.h5", "fewer windows");
}
