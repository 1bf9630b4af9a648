#include "nn/schedule.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::nn;
using doctest::Approx;

TEST_CASE("a constant rate") {
  const Schedule schedule{parse<ScheduleKind>("constant"), 0.25, 10};
  CHECK(schedule(0) == 0.25f);
  CHECK(schedule(9) == 0.25f);
}

TEST_CASE("half a cosine from the peak to 0") {
  const Schedule schedule{parse<ScheduleKind>("cosine"), 2, 5};
  CHECK(schedule(0) == 2);
  CHECK(schedule(1) == Approx(1 + std::sqrt(0.5)));
  CHECK(schedule(2) == Approx(1));
  CHECK(schedule(4) == Approx(0));
  CHECK(schedule(7) == schedule(4));
}

TEST_CASE("one cycle, as PyTorch's OneCycleLR has it") {
  // OneCycleLR(max_lr=1, total_steps=10): up to step 2 (0.3 * 10 - 1), down to step 9.
  const Schedule schedule{parse<ScheduleKind>("one-cycle"), 1, 10};
  CHECK(schedule(0) == Approx(0.04));
  CHECK(schedule(1) == Approx(0.52));
  CHECK(schedule(2) == Approx(1));
  CHECK(schedule(3) == Approx(0.9504846320134737));
  CHECK(schedule(6) == Approx(0.3887410));
  CHECK(schedule(9) == Approx(4e-6));
  CHECK(schedule(10) == schedule(9));
}

TEST_CASE("schedules of a single step are finite") {
  for (const char* name : {"constant", "cosine", "one-cycle"}) CHECK(Schedule{parse<ScheduleKind>(name), 1, 1}(0) == 1);
}

TEST_CASE("unknown schedules are named, with the known ones") {
  CHECK_THROWS_NAMING(UsageError, parse<ScheduleKind>("linear"), "linear", "constant", "cosine", "one-cycle");
}
