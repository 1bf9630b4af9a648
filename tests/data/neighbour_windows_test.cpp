#include "data/features/neighbour_windows.hpp"

#include <doctest/doctest.h>

using namespace unetsr::data;
using Names = std::vector<std::string>;
using Windows = std::vector<std::optional<int>>;

TEST_CASE("names of channels of other windows") {
  const auto check = [](const std::string& name, const std::string& channel, int offset) {
    CAPTURE(name);
    CHECK(neighbour_channel(name).channel == channel);
    CHECK(neighbour_channel(name).offset == offset);
    if (offset != 0) CHECK(neighbour_name(channel, offset) == name);
  };
  check("nirv@-1", "nirv", -1);
  check("sif_mean@+12", "sif_mean", 12);
  for (const char* name : {"nirv", "nirv@1", "nirv@-", "nirv@", "nirv@-0", "nirv@+100", "nirv@-1x", "nirv@--1"})
    check(name, name, 0);
  CHECK(neighbour_name("nirv", 0) == "nirv");
}

TEST_CASE("windows that are no dates: the next ones") {
  const Names windows = {"a", "b", "c"};
  CHECK(neighbour_windows(windows, -1) == Windows{std::nullopt, 0, 1});
  CHECK(neighbour_windows(windows, 2) == Windows{2, std::nullopt, std::nullopt});
}

TEST_CASE("windows that are dates: 16 days away, over the turn of the year, and not over a gap") {
  const Names windows = {"2019-12-03", "2019-12-19", "2020-01-01", "2020-02-02", "2020-02-18"};
  CHECK(neighbour_windows(windows, 1) == Windows{1, 2, std::nullopt, 4, std::nullopt});
  CHECK(neighbour_windows(windows, -1) == Windows{std::nullopt, 0, 1, std::nullopt, 3});
  CHECK(neighbour_windows(windows, 2) == Windows{2, std::nullopt, 3, std::nullopt, std::nullopt});
  // Every 8 days: one window later is two rows on.
  CHECK(neighbour_windows(Names{"2019-05-01", "2019-05-09", "2019-05-17"}, 1) ==
        Windows{2, std::nullopt, std::nullopt});
}
