#include "pipeline/console/option_range.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "pipeline/console/number_pattern.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("a range holds its ends, but for a least that is to be above, and no NaN") {
  CHECK_NOTHROW(require_in_range("block", 1, {1, 5}));
  CHECK_NOTHROW(require_in_range("block", 5, {1, 5}));
  CHECK_THROWS_NAMING(UsageError, require_in_range("block", 0, {1, 5}), "--block 0: take a number from 1 to 5");
  CHECK_THROWS_NAMING(UsageError, require_in_range("block", 6, {1, 5}), "--block 6");
  CHECK_THROWS_NAMING(UsageError, require_in_range("rate", 0, {0, 5, true}),
                      "--rate 0: take a number above 0, at most 5");
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_NAMING(UsageError, require_in_range("rate", nan, {0, 5}), "--rate nan");
  CHECK_THROWS_NAMING(UsageError, require_in_range("rate", infinity, {0, 5}), "--rate inf");
  CHECK_NOTHROW(require_in_range("folds", std::optional<int>(), {2, 5}));
  CHECK_THROWS_NAMING(UsageError, require_in_range("folds", std::optional(1), {2, 5}), "--folds 1");
}

TEST_CASE("numbers stand where the pattern has them, and nothing else differs") {
  CHECK(numbers_in_pattern("columns:0/4", "columns:#/#") == std::vector<int>{0, 4});
  CHECK(numbers_in_pattern("blocks:12:3/5", "blocks:#:#/#") == std::vector<int>{12, 3, 5});
  for (const char* wrong : {"", "columns", "columns:", "columns:0", "columns:0/", "columns:0/4 ", " columns:0/4",
                            "columns:-1/4", "columns:+1/4", "columns:0/2147483648", "columns:99999999999/4"})
    CHECK_FALSE(numbers_in_pattern(wrong, "columns:#/#"));
}
