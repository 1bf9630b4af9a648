#include "data/scores/window_variance.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "correlated_field.hpp"
#include "data/scores/score_sums.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

// The share of fields whose interval of the mean contains 0, and the share whose interval is too narrow.
struct Coverage {
  double held = 0, warned = 0;
};

Coverage coverage_of_means(int side, double length, const Mask& scored) {
  constexpr int fields = 300;
  const PlaceBlocks blocks{side, side, 1};
  const WindowVariance windows(blocks, std::vector<double>(scored.begin(), scored.end()));
  REQUIRE(windows.possible());
  const double cells = double(std::count(scored.begin(), scored.end(), 1));
  Coverage coverage;
  for (int field = 0; field < fields; ++field) {
    const std::vector<float> errors = test::correlated_field(side, length, uint64_t(field));
    double mean = 0;
    for (size_t i = 0; i < errors.size(); ++i) mean += scored[i] ? double(errors[i]) / cells : 0;
    std::vector<double> influences;
    for (size_t i = 0; i < errors.size(); ++i) influences.push_back(scored[i] ? (double(errors[i]) - mean) / cells : 0);
    const auto interval = interval_about(mean, windows.of(influences));
    REQUIRE(interval);
    coverage.held += (interval->low <= 0 && interval->high >= 0) / double(fields);
    coverage.warned += interval->too_narrow / double(fields);
  }
  return coverage;
}

}  // namespace

TEST_CASE("sums of parts give the metrics of the whole") {
  Random random(1);
  std::vector<float> prediction, target;
  ScoreSums parts[3], whole;
  for (int i = 0; i < 300; ++i) {
    target.push_back(i == 7 ? missing : float(1 + 0.3 * random.normal()));
    prediction.push_back(i == 8 ? missing : float(target.back() + 0.05 + 0.1 * random.normal()));
    parts[i % 3].add(prediction.back(), target.back());
  }
  for (const ScoreSums& part : parts) whole.add(part);
  const Metrics expected = score(prediction, target), got = metrics_of(whole);
  CHECK(got.cells == 298);
  for (const auto figure :
       {&Metrics::r2, &Metrics::pearson_r2, &Metrics::mae, &Metrics::rmse, &Metrics::bias, &Metrics::slope})
    CHECK(got.*figure == doctest::Approx(expected.*figure).epsilon(1e-10));
  ScoreSums twice;
  twice.add(parts[0], 2);
  CHECK(metrics_of(twice).rmse == doctest::Approx(metrics_of(parts[0]).rmse));
  CHECK(twice.n == 2 * parts[0].n);
}

TEST_CASE("blocks are places, the same in all windows") {
  const PlaceBlocks blocks{5, 7, 3};  // 2 x 3 blocks
  CHECK(blocks.count() == 6);
  CHECK(blocks.of(0) == 0);
  CHECK(blocks.of(6) == 2);
  CHECK(blocks.of(2 * 7 + 3) == 1);
  CHECK(blocks.of(3 * 7) == 3);
  CHECK(blocks.of(4 * 7 + 6) == 5);
  CHECK(blocks.of(35 + 4 * 7 + 6) == 5);  // in the second window
}

TEST_CASE("95 % intervals hold at correlation lengths up to a sixteenth of the side, beyond that they are marked") {
  constexpr int side = 64;
  const Mask square(side * side, 1);
  for (const double length : {0.0, 1.0, 2.0, 4.0}) {
    CAPTURE(length);
    const Coverage coverage = coverage_of_means(side, length, square);
    CHECK(coverage.held > 0.92);
    CHECK(coverage.held < 0.98);
    CHECK(coverage.warned < (length < 4 ? 0.03 : 0.3));
  }
  CHECK(coverage_of_means(side, 10, square).warned > 0.8);
}

TEST_CASE("intervals of blocks that are scattered over a scene hold too") {
  constexpr int side = 96;
  Mask scattered(side * side, 0);
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c) scattered[size_t(r * side + c)] = (r / 12 * 5 + c / 12 * 3) % 7 < 2;
  for (const double length : {0.0, 3.0}) {
    CAPTURE(length);
    const Coverage coverage = coverage_of_means(side, length, scattered);
    CHECK(coverage.held > 0.92);
    CHECK(coverage.held < 0.98);
  }
}

TEST_CASE("the variance of a mean of independent blocks is that of theory, and 0 of equal ones") {
  constexpr int side = 48, cells = side * side;
  const WindowVariance windows({side, side, 1}, std::vector<double>(cells, 1.0));
  CHECK(windows.side() % 2 == 0);
  CHECK(windows.freedom() >= 7);
  double mean = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    std::vector<float> errors = test::correlated_field(side, 0, seed);
    std::vector<double> influences;
    const double sum = std::accumulate(errors.begin(), errors.end(), 0.0);
    for (const float e : errors) influences.push_back((double(e) - sum / cells) / cells);
    mean += windows.of(influences).value / 100;
  }
  CHECK(mean == doctest::Approx(1.0 / cells).epsilon(0.1));
  CHECK(windows.of(std::vector<double>(cells, 0.0)).value == 0);
}

TEST_CASE("an interval is that of Student's t; too few blocks, or what is not finite, have none") {
  const auto interval = interval_about(1, {4, 10, true});
  REQUIRE(interval);
  CHECK(interval->low == doctest::Approx(1 - 2 * 2.2281).epsilon(1e-4));
  CHECK(interval->high == doctest::Approx(1 + 2 * 2.2281).epsilon(1e-4));
  CHECK(interval->too_narrow);
  CHECK_FALSE(interval_about(1, {4, 4, false}));
  CHECK_FALSE(interval_about(NAN, {4, 10, false}));
  CHECK_FALSE(WindowVariance({3, 3, 1}, std::vector<double>(9, 1.0)).possible());
  CHECK_FALSE(WindowVariance({3, 3, 1}, std::vector<double>(9, 0.0)).possible());
}

TEST_CASE("few influences leave few degrees of freedom") {
  const WindowVariance windows({32, 32, 1}, std::vector<double>(32 * 32, 1.0));
  std::vector<double> influences(32 * 32, 0.0);
  for (size_t k = 0; k < 7; ++k) influences[k * 150] = k % 2 ? 1 : -1;
  CHECK(windows.of(influences).freedom == 6);
}
