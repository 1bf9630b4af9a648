#include "data/formats/window_pattern.hpp"

#include <doctest/doctest.h>

#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

TEST_CASE("placeholders stand for a window's name and for parts of its first day") {
  CHECK(file_of_window("a/{window}/b_{window}.tif", "2019-02-10") == "a/2019-02-10/b_2019-02-10.tif");
  CHECK(file_of_window("GOSIF_{year}{doy}.tif", "2019-02-10") == "GOSIF_2019041.tif");
  CHECK(file_of_window("{year}/{month}/{day}.tif", "2020-12-31") == "2020/12/31.tif");
  CHECK(file_of_window("{doy}", "2020-12-31") == "366");
  CHECK(file_of_window("plain.tif", "2019-02-10") == "plain.tif");
  CHECK(file_of_window("{other}.tif", "2019-02-10") == "{other}.tif");
}

TEST_CASE("a window without a date has no parts of a day") {
  CHECK(file_of_window("{window}.csv", "spring") == "spring.csv");
  CHECK_THROWS_NAMING(UsageError, file_of_window("{doy}.csv", "spring"), "{doy}.csv", "spring", "{window}");
}

TEST_CASE("placeholders are found in their order") {
  using Places = std::vector<std::pair<size_t, size_t>>;
  CHECK(placeholders_in("{doy}_{window}_{year}") == Places{{0, 5}, {6, 14}, {15, 21}});
  CHECK(placeholders_in("window").empty());
}
