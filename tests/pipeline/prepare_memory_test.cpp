#include "pipeline/prepare/prepare_memory.hpp"

#include <doctest/doctest.h>

#include "kernels/error.hpp"
#include "pipeline/console/memory_size.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("Memory is bounded by what is allowed and available; more windows and cells hardly need more") {
  data::Dataset d;
  d.grid.rows = d.grid.columns = 1000, d.coarse_factor = 4;
  d.windows.assign(2, "2019-05-25");
  constexpr int64_t tile = 1200 * 1200;
  const PrepareMemory small = plan_memory(d, tile, {12, 0}, 0, 8'000'000'000);
  CHECK(small.bound == 4e9);
  CHECK(small.needed + small.sorting < small.bound);
  d.grid.rows = 3000, d.grid.columns = 5000;
  d.windows.assign(23, "2019-05-25");
  const PrepareMemory year = plan_memory(d, tile, {12, 0}, 1e9, 8'000'000'000);  // of the USA: 170 times as many values
  CHECK(year.needed < 1.3 * small.needed);
  CHECK(year.needed + year.sorting <= 1e9);
  CHECK_THROWS_NAMING(UsageError, plan_memory(d, tile, {12, 0}, 1e8, 8'000'000'000), "3000 x 5000",
                      "more than --memory", "100 MB");
  CHECK_THROWS_NAMING(UsageError, plan_memory(d, tile, {12, 0}, 0, 100'000'000), "100 MB are available", "--region");
}

TEST_CASE("Sizes of memory are powers of 1000, with a unit or as bytes") {
  CHECK(memory_size("memory", "800MB") == 8e8);
  CHECK(memory_size("memory", "1.5 GB") == 1.5e9);
  CHECK(memory_size("memory", "2000000") == 2e6);
  for (const char* wrong : {"", "GB", "two", "-1GB", "5", "1GiBx", "1e30GB", "nanGB", "infGB"})
    CHECK_THROWS_NAMING(UsageError, memory_size("memory", wrong), "--memory", "800MB or 2GB");
}
