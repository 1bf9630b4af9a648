#include "data/dataset/available_memory.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "kernels/error.hpp"
#include "sanitized.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

TEST_CASE("more memory than there is is refused with figures and with what to do") {
  CHECK_THROWS_NAMING(UsageError, refuse_beyond_memory(41e9, "the region", "take a smaller --bbox", 19'000'000'000),
                      "the region needs about 41 GB of memory, 19 GB are available; take a smaller --bbox");
  CHECK_THROWS_NAMING(UsageError, refuse_beyond_memory(2.5e8, "x", "y", 1000000), "250 MB", "1 MB");
  CHECK_NOTHROW(refuse_beyond_memory(41e9, "the region", "", 42'000'000'000));
  CHECK_NOTHROW(refuse_beyond_memory(1e6, "x", ""));
}

TEST_CASE("a limit of the address space counts" * doctest::skip(test::address_sanitizer)) {
  const uint64_t before = available_memory();
  CHECK(before > 0);
  rlimit limit = {};
  REQUIRE(getrlimit(RLIMIT_AS, &limit) == 0);
  rlimit less = limit;
  less.rlim_cur = rlim_t(1) << 30;
  REQUIRE(setrlimit(RLIMIT_AS, &less) == 0);
  const uint64_t limited = available_memory();
  setrlimit(RLIMIT_AS, &limit);
  CHECK(limited <= uint64_t(1) << 30);
  CHECK(limited <= before);
}
