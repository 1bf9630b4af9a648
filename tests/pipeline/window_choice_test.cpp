#include "pipeline/train/window_choice.hpp"

#include <doctest/doctest.h>

#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

using Numbers = std::vector<int>;

TEST_CASE("Windows by name, by days, and all") {
  const std::vector<std::string> labels = {"2019-12-19", "2020-01-01", "2020-01-17", "2020-02-02"};
  CHECK(chosen_windows(labels, {}) == Numbers{0, 1, 2, 3});
  CHECK(chosen_windows(labels, {.labels = "2020-01-17"}) == Numbers{2});
  CHECK(chosen_windows(labels, {.labels = "2020-02-02,2019-12-19,2020-02-02"}) == Numbers{0, 3});
  CHECK(chosen_windows(labels, {.start = "2020-01-01"}) == Numbers{1, 2, 3});
  CHECK(chosen_windows(labels, {.end = "2020-01-16"}) == Numbers{0, 1});
  CHECK(chosen_windows(labels, {.start = "2019-12-20", .end = "2020-01-17"}) == Numbers{1, 2});
}

TEST_CASE("Windows that are not there, and what is no date") {
  const std::vector<std::string> labels = {"2019-12-19", "2020-01-01"};
  const auto refused = [&](const WindowChoice& choice, const std::string& part) {
    CHECK_THROWS_NAMING(UsageError, chosen_windows(labels, choice), part);
  };
  refused({.labels = "2019-12-19,2021-01-01"}, "2021-01-01");
  refused({.labels = "2019-12-19,"}, "comma");
  refused({.start = "2020-02-30"}, "--start 2020-02-30");
  refused({.end = "soon"}, "--end soon");
  refused({.start = "2020-01-02", .end = "2020-03-01"}, "2019-12-19, 2020-01-01");
  refused({.labels = "2019-12-19", .start = "2019-01-01"}, "omit one");
  CHECK_THROWS_NAMING(UsageError, chosen_windows({"10_JUNE_25_JUNE"}, {.end = "2020-01-01"}), "10_JUNE_25_JUNE",
                      "--window");
}
