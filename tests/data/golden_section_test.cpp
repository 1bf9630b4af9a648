#include "data/regression/golden_section.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace unetsr::data;

TEST_CASE("Golden section finds a dip, and the end towards which all falls, with few calls") {
  int calls = 0;
  const auto dip = [&](double x) { return ++calls, std::abs(x - 2.3); };
  CHECK(std::abs(golden_section(0, 10, 0.05, dip) - 2.3) < 0.05);
  CHECK(calls < 15);
  CHECK(golden_section(0, 10, 0.05, [](double x) { return x; }) < 0.05);
  CHECK(golden_section(0, 10, 0.05, [](double x) { return -x; }) > 9.95);
  CHECK(golden_section(3, 3, 0.05, [](double x) { return x; }) == 3);
}
