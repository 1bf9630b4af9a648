#include "data/footprints/gridding.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

// Cells of one degree, north up; (0, 0) of the grid's units is 0 E, 4 N.
const Grid four_by_four{4, 4, 0.5, 1, 3.5, -1, "EPSG:4326"};

// A box in units of cells.
void add(Soundings& s, double sif, double error, double left, double top, double right, double bottom) {
  s.sif.push_back(float(sif)), s.error.push_back(float(error));
  s.longitude.push_back((left + right) / 2), s.latitude.push_back(4 - (top + bottom) / 2);
  s.longitudes.push_back({left, right, right, left});
  s.latitudes.push_back({4 - top, 4 - top, 4 - bottom, 4 - bottom});
  s.time.push_back(0), s.sza.push_back(0), s.vza.push_back(0), s.cloud_fraction.push_back(0);
}

std::vector<size_t> all(const Soundings& s) {
  std::vector<size_t> chosen(s.size());
  std::iota(chosen.begin(), chosen.end(), size_t(0));
  return chosen;
}

}  // namespace

TEST_CASE("area: means weighted by overlap, with their error and count") {
  Soundings s;
  add(s, 1, 0.3, 0, 0, 2, 1);     // all of cells 0 and 1
  add(s, 4, 0.4, 0.5, 0, 1, 1);   // half of cell 0
  add(s, 9, 0.5, 2, 0, 2.25, 1);  // a quarter of cell 2: too little
  WindowGridder gridder(four_by_four, 2, GriddingMethod::area, {});
  WindowGridder::Counts counts;
  CHECK(gridder.add(s, all(s), counts).size() == 3);
  const auto fine = gridder.fine();
  CHECK(fine.mean[0] == doctest::Approx((1 + 0.5 * 4) / 1.5));
  CHECK(fine.error[0] == doctest::Approx(std::sqrt(0.09 + 0.25 * 0.16) / 1.5));
  CHECK(fine.count[0] == 2);
  CHECK(fine.mean[1] == doctest::Approx(1));
  CHECK(fine.error[1] == doctest::Approx(0.3));
  for (const size_t empty : {2, 3, 4, 15}) {
    CHECK(std::isnan(fine.mean[empty]));
    CHECK(std::isnan(fine.error[empty]));
    CHECK(fine.count[empty] == 0);
  }
  const auto coarse = gridder.coarse();  // cell 0: half covered by the first, an eighth by the second
  CHECK(coarse.mean[0] == doctest::Approx((0.5 * 1 + 0.125 * 4) / 0.625));
  CHECK(coarse.count[0] == 2);
  CHECK(std::isnan(coarse.mean[1]));
}

TEST_CASE("centre: a sounding counts where its centre lies") {
  Soundings s;
  add(s, 1, 0.3, 0, 0, 2.5, 1);  // centre in cell 1
  add(s, 3, 0.3, 1, 0, 2, 1);    // the same
  WindowGridder gridder(four_by_four, 2, GriddingMethod::centre, {});
  WindowGridder::Counts counts;
  gridder.add(s, all(s), counts);
  CHECK(gridder.fine().mean[1] == doctest::Approx(2));
  CHECK(gridder.fine().error[1] == doctest::Approx(0.3 / std::sqrt(2)));
  CHECK(std::isnan(gridder.fine().mean[0]));
  CHECK(gridder.coarse().mean[0] == doctest::Approx(2));
}

TEST_CASE("nearest: the sounding with the nearest centre, whatever the order") {
  for (const bool turned : {false, true}) {
    Soundings s;
    if (turned) add(s, 3, 0.2, 0.9, 0, 2.3, 1);
    add(s, 1, 0.3, 0, 0, 2.5, 1);
    if (!turned) add(s, 3, 0.2, 0.9, 0, 2.3, 1);
    WindowGridder gridder(four_by_four, 2, GriddingMethod::nearest, {});
    WindowGridder::Counts counts;
    gridder.add(s, all(s), counts);
    const auto fine = gridder.fine();
    CHECK(fine.mean[0] == 1);
    CHECK(fine.mean[1] == 3);  // centre 1.6 against 1.25, the cell's 1.5
    CHECK(fine.error[1] == doctest::Approx(0.2));
    CHECK(fine.count[1] == 2);
  }
}

TEST_CASE("Bands are averaged over the same footprints, and only where half of them is there") {
  Soundings s;
  add(s, 1, 0.3, 0, 0, 2, 2);
  std::vector<float> ramp(16), holes(16, none), half(16, none);
  for (size_t i = 0; i < 16; ++i) ramp[i] = float(i);
  holes[0] = 5;
  half[0] = 5, half[1] = 7;
  WindowGridder gridder(four_by_four, 2, GriddingMethod::area, {{"ramp", ramp}, {"holes", holes}, {"half", half}});
  WindowGridder::Counts counts;
  gridder.add(s, all(s), counts);
  CHECK(gridder.coarse_band("ramp")[0] == doctest::Approx((0 + 1 + 4 + 5) / 4.0));
  CHECK(std::isnan(gridder.coarse_band("holes")[0]));
  CHECK(gridder.coarse_band("half")[0] == doctest::Approx(6));
}

TEST_CASE("What has no place on the grid is counted by its reason") {
  Soundings s;
  add(s, 1, 0.3, 10, 10, 11, 11);
  add(s, 1, 0.3, 0, 0, 1, 1);
  s.longitudes[1][2] = std::nan("");
  add(s, 1, 0.3, 0, 0, 1, 1);
  s.longitudes[2] = {0, 90, 180, -90}, s.latitudes[2] = {89.9, 89.9, 89.9, 89.9};
  WindowGridder gridder(four_by_four, 2, GriddingMethod::area, {});
  WindowGridder::Counts counts;
  CHECK(gridder.add(s, all(s), counts).empty());
  CHECK(counts.outside == 1);
  CHECK(counts.off_map == 1);
  CHECK(counts.over_pole == 1);
  CHECK(counts.placed == 0);
}

TEST_CASE("The same bits with any number of threads, and in parts") {
  Soundings s;
  Random random(3, 1);
  for (int i = 0; i < 3000; ++i) {
    const double x = random.uniform(-1, 4), y = random.uniform(-1, 4);
    add(s, random.uniform(0, 2), 0.4, x, y, x + random.uniform(0.1, 2), y + random.uniform(0.1, 2));
  }
  std::vector<std::vector<float>> results;
  for (const int count : {1, 3, 0}) {
    set_threads(count);
    WindowGridder gridder(four_by_four, 2, GriddingMethod::area, {});
    WindowGridder::Counts counts;
    const std::vector<size_t> chosen = all(s);
    const size_t half = count == 3 ? 1000 : chosen.size();
    gridder.add(s, std::span(chosen).first(half), counts);
    gridder.add(s, std::span(chosen).subspan(half), counts);
    results.push_back(gridder.fine().mean);
  }
  set_threads(0);
  for (const auto& r : results) CHECK(std::memcmp(r.data(), results[0].data(), r.size() * sizeof(float)) == 0);
}

namespace {

const Grid forty_by_thirty{30, 40, 0.5, 1, 29.5, -1, "EPSG:4326"};

// Small and large ones, some of them off the grid.
Soundings random_soundings(int count) {
  Soundings s;
  Random random(9);
  for (int i = 0; i < count; ++i) {
    const double x = random.uniform(-3, 42), y = random.uniform(-3, 32), turn = random.uniform(0, 3);
    const double a = random.uniform(0.2, 5), b = random.uniform(0.2, 4);
    std::array<double, 4> longitudes, latitudes;
    for (size_t k = 0; k < 4; ++k) {
      const double u = k == 0 || k == 3 ? -a : a, v = k < 2 ? -b : b;
      longitudes[k] = x + u * std::cos(turn) - v * std::sin(turn);
      latitudes[k] = y + u * std::sin(turn) + v * std::cos(turn);
    }
    s.sif.push_back(float(random.normal())), s.error.push_back(float(random.uniform(0.3, 0.6)));
    s.longitude.push_back(x), s.latitude.push_back(y);
    s.longitudes.push_back(longitudes), s.latitudes.push_back(latitudes);
    for (std::vector<float>* column : {&s.sza, &s.vza, &s.cloud_fraction}) column->push_back(0);
    s.time.push_back(0);
  }
  return s;
}

}  // namespace

TEST_CASE("Sums of many soundings are those of one after the other") {
  const Soundings s = random_soundings(10000);
  std::vector<float> band(1200, none);
  for (size_t i = 0; i < band.size(); i += i % 7 == 0 ? 2 : 1) band[i] = float(i % 50);
  const FootprintPlacer placer(forty_by_thirty);
  std::vector<double> weight(1200, 0), value(1200, 0), coarse(80, 0), means(80, 0), with_mean(80, 0);
  for (size_t i = 0; i < s.size(); ++i) {
    std::vector<Outline> outlines;
    std::vector<CellShare> shares;
    if (placer.place(s, i, outlines) != Placement::inside) continue;
    overlaps(outlines[0], 30, 40, shares);
    double covered = 0, present = 0, sum = 0;
    for (const CellShare& share : shares) {
      weight[size_t(share.cell)] += share.overlap, value[size_t(share.cell)] += share.overlap * double(s.sif[i]);
      covered += share.overlap;
      if (const float v = band[size_t(share.cell)]; !std::isnan(v))
        present += share.overlap, sum += share.overlap * double(v);
    }
    for (const CellShare& share : shares) {
      const size_t block = size_t(share.cell / 40 / 4 * 10 + share.cell % 40 / 4);
      coarse[block] += share.overlap / 16;
      if (2 * present >= covered)
        means[block] += share.overlap / 16 * sum / present, with_mean[block] += share.overlap / 16;
    }
  }
  for (const int count : {1, 3}) {
    const ThreadScope threads(count);
    WindowGridder gridder(forty_by_thirty, 4, GriddingMethod::area, {{"band", band}});
    WindowGridder::Counts counts;
    const size_t placed = gridder.add(s, all(s), counts).size();
    CHECK(placed == size_t(counts.placed));
    CHECK(counts.placed + counts.outside == 10000);
    const auto fine = gridder.fine();
    const std::vector<float> of_band = gridder.coarse_band("band");
    for (size_t i = 0; i < 1200; ++i) CHECK(fine.mean[i] == float(value[i] / weight[i]));
    for (size_t b = 0; b < 80; ++b) CHECK(of_band[b] == doctest::Approx(means[b] / with_mean[b]).epsilon(1e-6));
  }
}

TEST_CASE("Each method gives the same bits with any number of threads") {
  const Soundings s = random_soundings(9000);
  for (const GriddingMethod method : {GriddingMethod::area, GriddingMethod::centre, GriddingMethod::nearest}) {
    std::vector<std::vector<float>> results;
    for (const int count : {1, 2, 5}) {
      const ThreadScope threads(count);
      WindowGridder gridder(forty_by_thirty, 7, method, {});
      WindowGridder::Counts counts;
      gridder.add(s, all(s), counts);
      std::vector<float>& result = results.emplace_back(gridder.fine().mean);
      for (const auto& more :
           {gridder.fine().error, gridder.fine().count, gridder.coarse().mean, gridder.coarse().error})
        result.insert(result.end(), more.begin(), more.end());
    }
    for (const auto& r : results) CHECK(std::memcmp(r.data(), results[0].data(), r.size() * sizeof(float)) == 0);
  }
}

TEST_CASE("Methods by name") {
  CHECK(unetsr::to_string(parse<GriddingMethod>("nearest")) == "nearest");
  CHECK_THROWS_NAMING(UsageError, parse<GriddingMethod>("x"), "gridding x", "area, centre or nearest");
}
