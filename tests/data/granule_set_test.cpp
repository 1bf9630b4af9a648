#include "data/formats/granule_set.hpp"

#include <doctest/doctest.h>

#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

std::string viirs(const std::string& day, const std::string& tile = "h11v04") {
  return "VJ113A2.A" + day + "." + tile + ".002.1.h5";
}

std::string modis(const std::string& day, const std::string& tile = "h11v04") {
  return "MOD13A2.A" + day + "." + tile + ".061.1.hdf";
}

std::vector<std::string> labels(const GranuleSet& set) {
  std::vector<std::string> labels;
  for (const Window& window : set.windows) labels.push_back(to_string(window.first));
  return labels;
}

}  // namespace

TEST_CASE("Which composites make windows, and which days these have") {
  const std::vector<std::filesystem::path> both = {viirs("2027001"), viirs("2027009"), viirs("2027017")};
  const GranuleSet eight = group_granules(both);
  CHECK(labels(eight) == std::vector<std::string>{"2027-01-05", "2027-01-13", "2027-01-21"});
  for (const Window& window : eight.windows) CHECK(window.days == 8);
  CHECK(!any_overlap(eight.windows));
  CHECK(group_granules(both, {WindowChoice::eight_day}).windows == eight.windows);

  const GranuleSet all = group_granules(both, {WindowChoice::viirs_16});
  CHECK(labels(all) == std::vector<std::string>{"2027-01-01", "2027-01-09", "2027-01-17"});
  CHECK(any_overlap(all.windows));
  const GranuleSet terra = group_granules(both, {WindowChoice::terra});
  CHECK(labels(terra) == std::vector<std::string>{"2027-01-01", "2027-01-17"});
  CHECK(terra.omitted == 1);
  CHECK(!any_overlap(terra.windows));
  CHECK(labels(group_granules(both, {WindowChoice::aqua})) == std::vector<std::string>{"2027-01-09"});
  CHECK_THROWS_NAMING(UsageError, group_granules({viirs("2027001")}, {WindowChoice::aqua}), "--windows aqua", "9, 25");

  // One phase alone needs no choice, nor does a year's end.
  const GranuleSet year = group_granules({modis("2026353"), modis("2027001")});
  CHECK(labels(year) == std::vector<std::string>{"2026-12-19", "2027-01-01"});
  for (const Window& window : year.windows) CHECK(window.days == 16);
  CHECK(any_overlap(year.windows));
  CHECK(labels(group_granules({viirs("2027009"), viirs("2027025")})) ==
        std::vector<std::string>{"2027-01-09", "2027-01-25"});
}

TEST_CASE("Days of several windows belong to each of them") {
  const std::vector<Window> windows = {{{2026, 12, 19}}, {{2026, 12, 27}}, {{2027, 1, 1}}, {{2027, 1, 9}}};
  CHECK(windows_of(windows, day_number({2026, 12, 19})) == std::vector<size_t>{0});
  CHECK(windows_of(windows, day_number({2027, 1, 3})) == std::vector<size_t>{0, 1, 2});
  CHECK(windows_of(windows, day_number({2027, 1, 11})) == std::vector<size_t>{1, 2, 3});
  CHECK(windows_of(windows, day_number({2027, 1, 24})) == std::vector<size_t>{3});
  CHECK(windows_of(windows, day_number({2027, 1, 25})).empty());
}

TEST_CASE("Several products lie in one window only where that is asked for") {
  const std::vector<std::filesystem::path> mixed = {modis("2027001"), viirs("2027001"), modis("2027001", "h10v04")};
  CHECK_THROWS_NAMING(Error, group_granules(mixed), "VJ113A2", "MOD13A2", "--mix-sensors");
  const GranuleSet set = group_granules(mixed, {std::nullopt, true});
  REQUIRE(set.windows.size() == 1);
  CHECK(set.product == "MOD13A2 and VJ113A2");
  CHECK(set.files[0] == std::vector<std::filesystem::path>{mixed[2], mixed[0], mixed[1]});
  CHECK_THROWS_NAMING(Error,
                      group_granules({modis("2027001"), "MOD13A1.A2027001.h11v04.061.1.hdf"}, {std::nullopt, true}),
                      "MOD13A1", "other sizes");
  CHECK_THROWS_NAMING(Error, group_granules({viirs("2027001"), "VJ113A2.A2027001.h11v04.002.2.h5"}), "same tile");
  CHECK_THROWS_NAMING(Error, granule_name("VJ113A2.A2027001.h11v04.001.2.h5"), "version 001", "002 is");
  CHECK_THROWS_NAMING(Error, granule_name("VNP15A2H.A2027001.h11v04.002.2.h5"), "not a granule's name");
}
