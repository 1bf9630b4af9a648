#include "data/formats/mod13a2_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "data/formats/mod13a2_writer.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;
namespace fs = std::filesystem;

namespace {

const Grid part = part_of(modis_tile_grid(11, 4), {100, 200, 6, 8});

Mod13a2Pixels good_pixels(int16_t day) {
  Mod13a2Pixels p(size_t(part.cells()));
  for (auto* index : {&p.ndvi, &p.evi}) std::fill(index->begin(), index->end(), int16_t(5000));
  for (auto* band : {&p.red, &p.nir, &p.blue, &p.mir}) std::fill(band->begin(), band->end(), int16_t(1000));
  std::fill(p.composite_day.begin(), p.composite_day.end(), day);
  std::fill(p.quality.begin(), p.quality.end(), uint16_t(0));
  std::fill(p.reliability.begin(), p.reliability.end(), int8_t(0));
  return p;
}

const std::vector<float>& band(const Granule& granule, const std::string& layer) {
  return std::find_if(granule.bands.begin(), granule.bands.end(), [&](const auto& b) { return b.layer == layer; })
      ->values;
}

// The file with a data set called otherwise.
void lose(const fs::path& file, const std::string& name) {
  std::string bytes = test::read_file(file), changed = name;
  changed.back() = '_';
  for (size_t at; (at = bytes.find("days " + name)) != std::string::npos;) bytes.replace(at + 5, name.size(), changed);
  test::write_file(file, bytes);
}

}  // namespace

TEST_CASE("Days of the composite run on over the year's end; days of another window are impossible") {
  const test::TemporaryDirectory directory;
  for (const auto& [first, year] : {std::pair{date_of(2018, 361), 365}, {date_of(2020, 353), 366}}) {
    const int begin = day_of_year(first);
    Mod13a2Pixels p = good_pixels(int16_t(begin));
    p.composite_day[0] = int16_t(year), p.composite_day[1] = 1;
    p.composite_day[2] = int16_t(begin + 15 - year), p.composite_day[3] = int16_t(begin + 16 - year);
    p.composite_day[4] = 200, p.composite_day[5] = -1;
    const auto file = directory / mod13a2_name(first, 11, 4);
    write_mod13a2(file, part, p);
    const Granule granule = read_mod13a2(file, {});
    const std::vector<float>& days = band(granule, "composite_day");
    CHECK(days[0] == float(year));
    CHECK(days[1] == float(year + 1));
    CHECK(days[2] == float(begin + 15));
    CHECK(std::isnan(days[3]));
    CHECK(std::isnan(days[4]));
    CHECK(std::isnan(days[5]));
    CHECK(days[6] == float(begin));
    CHECK(granule.impossible == std::vector<std::pair<std::string, int64_t>>{{"composite day of the year", 2}});
  }
}

TEST_CASE("Values beyond the valid range are counted, fill is not") {
  const test::TemporaryDirectory directory;
  Mod13a2Pixels p = good_pixels(161);
  p.ndvi[1] = 10001, p.ndvi[2] = -2001, p.ndvi[3] = -3000;
  p.evi[1] = 32767, p.red[1] = -1, p.nir[2] = 10001, p.reliability[4] = 100;
  const auto file = directory / mod13a2_name(date_of(2019, 161), 11, 4);
  write_mod13a2(file, part, p);
  const Granule granule = read_mod13a2(file, {});
  CHECK(granule.impossible ==
        std::vector<std::pair<std::string, int64_t>>{
            {"NDVI", 2}, {"EVI", 1}, {"red reflectance", 1}, {"NIR reflectance", 1}, {"pixel reliability", 1}});
  CHECK(std::isnan(band(granule, "ndvi")[1]));
  CHECK(std::isnan(band(granule, "ndvi")[4]));  // of no known reliability
  CHECK(granule.screened_pixels == 1);
}

TEST_CASE("A data set that screens is needed, unless nothing shall be screened") {
  const test::TemporaryDirectory directory;
  const auto file = directory / mod13a2_name(date_of(2019, 161), 11, 4);
  for (const std::string name : {"pixel reliability", "VI Quality"}) {
    Mod13a2Pixels p = good_pixels(161);
    p.reliability[0] = 3, p.quality[1] = 15 << 2;
    write_mod13a2(file, part, p);
    lose(file, name);
    CHECK(mod13a2_contents(file).missing == std::vector<std::string>{name});
    CHECK_THROWS_NAMING(Error, read_mod13a2(file, {}), file.string(), name, "--reliability any");
    const Granule granule = read_mod13a2(file, {{}, 0, true});
    CHECK(granule.land_pixels == part.cells());
    CHECK(granule.screened_pixels == 0);
    CHECK(band(granule, "ndvi")[0] == 0.5f);
  }
}

TEST_CASE("A name that disagrees with the file is refused, both are told") {
  const test::TemporaryDirectory directory;
  const auto right = directory / mod13a2_name(date_of(2019, 161), 11, 4);
  write_mod13a2(right, part, good_pixels(161));
  CHECK(mod13a2_contents(right).grid.columns == 8);
  for (const int h : {10, 12}) {
    const auto wrong = directory / mod13a2_name(date_of(2019, 161), h, 4);
    fs::copy_file(right, wrong);
    CHECK_THROWS_NAMING(Error, mod13a2_contents(wrong), wrong.string(), "tile h" + std::to_string(h) + "v04", "h11v04");
  }
  CHECK_THROWS_NAMING(Error,
                      (fs::copy_file(right, directory / mod13a2_name(date_of(2019, 161), 11, 5)),
                       mod13a2_contents(directory / mod13a2_name(date_of(2019, 161), 11, 5))),
                      "tile h11v05", "h11v04");

  const auto real = test::shared_data("mod13a2/MOD13A2.A2025129.h18v09.061.2025148083640.hdf");
  if (!real) return;
  CHECK(mod13a2_contents(*real).missing.empty());
  const std::string rest = ".061.2025148083640.hdf";
  const auto refused = [&](const std::string& name, const std::string& named, const std::string& told) {
    const auto file = directory / name;
    fs::create_symlink(*real, file);
    CHECK_THROWS_NAMING(Error, mod13a2_contents(file), file.string(), named, told);
  };
  refused("MOD13A2.A2025145.h18v09" + rest, "2025-05-25", "2025-05-09");
  refused("MOD13A2.A2024129.h18v09" + rest, "2024-05-08", "2025-05-09");
  refused("MOD13A2.A2025129.h11v04" + rest, "h11v04", "h18v09");
  refused("MYD13A2.A2025129.h18v09" + rest, "MYD13A2", "MOD13A2");
  refused("MOD13A2.A2025129.h18v09.006.2025148083640.hdf", "006", "61");
}

TEST_CASE("Real granules hold what the bounds allow") {
  const auto folder = test::shared_data("mod13a2");
  if (!folder) return;
  const Granule gulf = read_mod13a2(*folder / "MOD13A2.A2025129.h18v09.061.2025148083640.hdf", {});
  CHECK(gulf.impossible.empty());
  const auto alps = *folder / "MOD13A2.A2016145.h18v04.006.2016166145124.hdf";
  CHECK(read_mod13a2(alps, {}).impossible.empty());
  CHECK(mod13a2_contents(alps).missing.size() == 9);
}

TEST_CASE("A day that the year does not have is refused") {
  CHECK(granule_name("MOD13A2.A2020366.h11v04.061.1.hdf").date == Date{2020, 12, 31});
  CHECK_THROWS_NAMING(Error, granule_name("MOD13A2.A2019366.h11v04.061.1.hdf"), "A2019366", "2019 has no day 366");
}

TEST_CASE("VIIRS granules are known by their names") {
  CHECK(viirs_product("a/VNP13A2.A2025001.h18v09.002.2025020000000.h5") == "VNP13A2");
  CHECK(viirs_product("VJ113A2.A2025001.h18v09.002.2025020000000.h5") == "VJ113A2");
  CHECK(viirs_product("scene.h5") == "");
  CHECK(viirs_product("") == "");
}
