#include "data/footprints/sounding_cells.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "data/dataset/calendar.hpp"
#include "data/dataset/dataset_file.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

// 4 x 6 cells of one degree, blocks of 2 x 2; (0, 0) of its units is 0 E, 4 N.
Dataset dataset() {
  Dataset d;
  d.grid = {4, 6, 0.5, 1, 3.5, -1, "EPSG:4326"};
  d.windows = {"2019-05-25", "2019-06-10"};
  d.coarse_factor = 2;
  return d;
}

void add(Dataset& d, Date day, double sif, double left, double top, double right, double bottom) {
  Soundings& s = d.soundings;
  s.sif.push_back(float(sif)), s.error.push_back(0.4f);
  s.longitude.push_back((left + right) / 2), s.latitude.push_back(4 - (top + bottom) / 2);
  s.longitudes.push_back({left, right, right, left});
  s.latitudes.push_back({4 - top, 4 - top, 4 - bottom, 4 - bottom});
  s.time.push_back(day_number(day) * 86400.0 + 1000);
  s.sza.push_back(0), s.vza.push_back(0), s.cloud_fraction.push_back(0);
}

}  // namespace

TEST_CASE("Soundings know their window, day, cells and weights") {
  Dataset d = dataset();
  add(d, {2019, 6, 12}, 2, 1, 0, 3, 0.5);
  const SoundingCells s(d);
  REQUIRE(s.size() == 1);
  CHECK(s[0].window == 1);
  CHECK(s[0].day == day_number({2019, 6, 12}));
  CHECK(s[0].area == doctest::Approx(1));
  CHECK(s[0].row == 0);
  CHECK(s[0].last_row == 0);
  CHECK(s[0].column == 1);
  CHECK(s[0].last_column == 2);
  CHECK(std::vector<int32_t>(s.cells(0).begin(), s.cells(0).end()) == std::vector<int32_t>{1, 2});
  CHECK(s.weights(0)[0] == doctest::Approx(0.5));
  std::vector<float> image(24, 7);
  image[1] = 1;
  CHECK(s.mean(0, image) == doctest::Approx(4));
  image[2] = none;
  CHECK(std::isnan(s.mean(0, image)));
}

TEST_CASE("Cells, runs and weights of a footprint of hundreds of cells, and of a tilted one") {
  Dataset d = dataset();
  d.grid = {12, 700, 0.005, 0.01, 3.995, -0.01, "EPSG:4326"};
  add(d, {2019, 5, 26}, 1, 0.104, 0.022, 6.496, 0.038);
  add(d, {2019, 5, 26}, 1, 0, 0, 0, 0);
  d.soundings.longitudes[1] = {3.00, 3.10, 3.12, 3.02}, d.soundings.latitudes[1] = {3.99, 3.95, 3.90, 3.94};
  d.soundings.longitude[1] = 3.06, d.soundings.latitude[1] = 3.945;
  const SoundingCells s(d);
  REQUIRE(s.size() == 2);
  std::vector<int32_t> expected;
  for (const int32_t row : {2, 3})
    for (int32_t column = 10; column < 650; ++column) expected.push_back(row * 700 + column);
  CHECK(std::vector<int32_t>(s.cells(0).begin(), s.cells(0).end()) == expected);
  CHECK(s.cells(0).front() == 1410);
  for (size_t i = 0; i < s.size(); ++i) {
    std::vector<int32_t> cells, of_runs;
    std::vector<float> weights;
    s.for_cells(i, [&](int32_t cell, float weight) { cells.push_back(cell), weights.push_back(weight); });
    s.for_runs(i, [&](int row, int column, std::span<const float> own) {
      for (size_t k = 0; k < own.size(); ++k) of_runs.push_back(row * 700 + column + int(k));
    });
    CHECK(std::vector<int32_t>(s.cells(i).begin(), s.cells(i).end()) == cells);
    CHECK(of_runs == cells);
    CHECK(std::is_sorted(cells.begin(), cells.end()));
    CHECK(std::equal(weights.begin(), weights.end(), s.weights(i).begin(), s.weights(i).end()));
    double sum = 0;
    for (const float w : weights) sum += double(w);
    CHECK(sum == doctest::Approx(1));
    CHECK(*std::min_element(cells.begin(), cells.end()) / 700 == s[i].row);
    CHECK(cells.back() / 700 == s[i].last_row);
  }
}

TEST_CASE("Soundings of a file, in memory or in a scratch file, are those of the dataset") {
  const test::TemporaryDirectory directory;
  Dataset d = dataset();
  d.coarse_layers.push_back({"sif", "", "", std::vector<float>(12, 1.0f)});
  for (int k = 0; k < 1500; ++k) {
    const double left = 4.5 * (k % 37) / 37, top = 2.5 * (k % 41) / 41;
    add(d, {2019, 5 + k % 2, 26 - 14 * (k % 2)}, 1 + k % 5, left, top, left + 0.3 + k % 2, top + 0.9);
    d.soundings.cloud_fraction.back() = 0.1f * float(k % 4);
  }
  write_dataset(directory / "d.h5", d);
  const DatasetFile file(directory / "d.h5");
  SoundingCells whole(d);
  whole.clear_clouds(0.5);
  for (const ArrayStore& store : {ArrayStore{}, ArrayStore{directory / "map.tif"}}) {
    const SoundingCells s(file, {0, 2}, {}, 0.5, store);
    REQUIRE(s.size() == whole.size());
    s.release(3, 800);
    for (size_t i = 0; i < s.size(); ++i) {
      REQUIRE(s[i].sif == whole[i].sif);
      REQUIRE(s[i].index == whole[i].index);
      REQUIRE(std::equal(s.cells(i).begin(), s.cells(i).end(), whole.cells(i).begin(), whole.cells(i).end()));
      REQUIRE(std::equal(s.weights(i).begin(), s.weights(i).end(), whole.weights(i).begin(), whole.weights(i).end()));
    }
  }
  const SoundingCells second(file, {1, 1}, {}, 0, {});
  CHECK(second.size() == 750);
  CHECK(second[0].window == 0);
  CHECK(second[0].index == 1);
  CHECK(second.left_out() == 750);
}

TEST_CASE("A mean leaves out a missing cell where it is less than a quarter of the footprint") {
  Dataset d = dataset();
  add(d, {2019, 5, 26}, 2, 0, 0, 5, 1);
  const SoundingCells s(d);
  std::vector<float> image(24, 3);
  image[0] = none;
  CHECK(s.mean(0, image) == doctest::Approx(3));
  image[1] = none;
  CHECK(std::isnan(s.mean(0, image)));
}

TEST_CASE("Corners in a crossed order make the same footprint") {
  Dataset d = dataset();
  add(d, {2019, 5, 26}, 1, 1, 0.5, 3.5, 2);
  add(d, {2019, 5, 26}, 1, 1, 0.5, 3.5, 2);
  std::swap(d.soundings.longitudes[1][1], d.soundings.longitudes[1][2]);
  std::swap(d.soundings.latitudes[1][1], d.soundings.latitudes[1][2]);
  const SoundingCells s(d);
  REQUIRE(s.size() == 2);
  CHECK(s[1].area == s[0].area);
  CHECK(std::equal(s.cells(0).begin(), s.cells(0).end(), s.cells(1).begin(), s.cells(1).end()));
  CHECK(std::equal(s.weights(0).begin(), s.weights(0).end(), s.weights(1).begin(), s.weights(1).end()));
}

TEST_CASE("What lies beyond the grid, has no area or belongs to no window is left out and counted") {
  Dataset d = dataset();
  add(d, {2019, 5, 26}, 1, -0.5, 0, 0.5, 1);
  add(d, {2019, 5, 26}, 1, 1, 1, 1, 1);
  add(d, {2019, 5, 26}, 1, 1, 1, 2, 1);
  add(d, {2019, 5, 24}, 1, 1, 1, 2, 2);
  add(d, {2019, 5, 25}, 1, 1, 1, 2, 2);
  const SoundingCells s(d);
  CHECK(s.size() == 1);
  CHECK(s.left_out() == 4);
  Dataset empty = dataset();
  CHECK_THROWS_NAMING(UsageError, SoundingCells(empty), "no soundings");
  d.windows = {"a", "b"};
  CHECK_THROWS_NAMING(Error, SoundingCells(d), "'a'");
}

TEST_CASE("The coarse SIF of chosen soundings is their mean by area") {
  Dataset d = dataset();
  add(d, {2019, 5, 26}, 1, 0, 0, 2, 2);    // all of the first coarse cell
  add(d, {2019, 5, 27}, 4, 1, 0, 3, 2);    // half of it and half of the next
  add(d, {2019, 6, 11}, 9, 4, 2, 4.5, 4);  // a quarter of one in the other window
  const SoundingCells s(d);
  const CoarseSif mean = coarse_sif(s, d, {1, 1, 1});
  const auto& all = mean.sif;
  REQUIRE(all.size() == 12);
  CHECK(all[0] == doctest::Approx((4 * 1 + 2 * 4) / 6.0));
  CHECK(all[1] == 4);
  CHECK(std::isnan(all[2]));
  CHECK(std::isnan(all[11]));
  CHECK(mean.error[0] == doctest::Approx(0.4 * std::hypot(4, 2) / 6));
  CHECK(mean.error[1] == doctest::Approx(0.4));
  CHECK(std::isnan(mean.error[2]));
  const auto first = coarse_sif(s, d, {1, 0, 1}).sif;
  CHECK(first[0] == 1);
  CHECK(std::isnan(first[1]));
}

TEST_CASE("What clouds hid is given back, with its error; nothing where the clouds are not known") {
  Dataset d = dataset();
  add(d, {2019, 5, 26}, 1, 1, 1, 2, 2);
  add(d, {2019, 5, 26}, 1, 1, 1, 2, 2);
  d.soundings.cloud_fraction = {0.5f, none};
  SoundingCells s(d);
  CHECK(s.clear_share(0, 0.4) == doctest::Approx(0.8));
  s.clear_clouds(0.4);
  CHECK(s[0].sif == doctest::Approx(1.25));
  CHECK(s[0].error == doctest::Approx(0.5));
  CHECK(s[1].sif == 1);
  CHECK(s[1].error == 0.4f);
}

TEST_CASE("Parts are whole days, in the share asked for; a single day is parted sounding by sounding") {
  Dataset d = dataset();
  for (int day = 25; day <= 30; ++day)
    for (int k = 0; k < 5; ++k) add(d, {2019, 5, day}, 1, 1, 1, 2, 2);
  for (int k = 0; k < 200; ++k) add(d, {2019, 6, 11}, 1, 1, 1, 2, 2);
  const SoundingCells s(d);
  std::set<std::string> different;
  for (uint64_t seed = 1; seed < 20; ++seed) {
    const auto half = split_days(s, 0.5, seed);
    CHECK(half == split_days(s, 0.5, seed));
    different.insert(std::string(half.begin(), half.end()));
    std::set<int> days[2];
    for (size_t i = 0; i < 30; ++i) days[half[i]].insert(s[i].day);
    CHECK(days[0].size() == 3);
    CHECK(days[1].size() == 3);
    const auto ones = std::count(half.begin() + 30, half.end(), 1);
    CHECK(ones > 60);
    CHECK(ones < 140);
    const auto most = split_days(s, 0.8, seed), all_but_one = split_days(s, 1, seed);
    CHECK(std::count(most.begin(), most.begin() + 30, 0) == 25);
    CHECK(std::count(all_but_one.begin(), all_but_one.begin() + 30, 0) == 25);
    CHECK(std::count(most.begin() + 30, most.end(), 0) > 130);
  }
  CHECK(different.size() > 10);
}
