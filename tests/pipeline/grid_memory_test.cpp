#include "pipeline/prepare/grid_memory.hpp"

#include <doctest/doctest.h>

#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("A grid that needs more memory than there is is refused with figures") {
  data::Dataset d;
  d.grid.rows = 15000, d.grid.columns = 40000;
  d.windows = {"2019-05-25", "2019-06-10"};
  // 6e8 cells x 2 windows x (20 layers x 4 + 52 bytes)
  CHECK_THROWS_NAMING(UsageError, refuse_beyond_memory(d, 1, 157'000'000'000), "15000 x 40000", "about 158 GB",
                      "157 GB", "--region");
  CHECK_NOTHROW(refuse_beyond_memory(d, 1, 159'000'000'000));
  d.grid.rows = d.grid.columns = 100;
  CHECK_NOTHROW(refuse_beyond_memory(d, 1));
}
