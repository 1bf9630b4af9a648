#include "data/scores/bootstrap.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "data/scores/score_sums.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

// Of the RMSE of blocks.
std::optional<Interval> rmse_interval(const std::vector<ScoreSums>& blocks) {
  std::vector<double> draws(bootstrap_draws);
  draw_blocks(Mask(blocks.size(), 1), 1, [&](int draw, std::span<const uint16_t> times) {
    ScoreSums sums;
    for (size_t b = 0; b < blocks.size(); ++b) sums.add(blocks[b], times[b]);
    draws[size_t(draw)] = metrics_of(sums).rmse;
  });
  return interval_of(draws);
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

TEST_CASE("each draw has as many blocks as are marked, of these alone, at any number of threads") {
  const Mask marked = {1, 0, 1, 1, 0, 1};
  const auto draws = [&] {
    std::vector<std::vector<uint16_t>> all(bootstrap_draws);
    draw_blocks(marked, 3, [&](int draw, std::span<const uint16_t> times) {
      all[size_t(draw)].assign(times.begin(), times.end());
    });
    return all;
  };
  set_threads(1);
  const auto one = draws();
  set_threads(4);
  CHECK(draws() == one);
  set_threads(0);
  double first = 0;
  for (const auto& times : one) {
    CHECK(std::accumulate(times.begin(), times.end(), 0) == 4);
    CHECK(times[1] + times[4] == 0);
    first += times[0];
  }
  CHECK(first / bootstrap_draws == doctest::Approx(1).epsilon(0.1));
  CHECK(one[0] != one[1]);
}

TEST_CASE("an interval: none wide of a constant error, and as wide as theory has it of a mean") {
  std::vector<ScoreSums> constant(20), varied(100);
  for (size_t b = 0; b < 20; ++b)
    for (int i = 0; i < 5; ++i) constant[b].add(float(b) + 0.5f, float(b));
  const auto none = rmse_interval(constant);
  REQUIRE(none);
  CHECK(none->low == doctest::Approx(0.5));
  CHECK(none->high == doctest::Approx(0.5));

  // Squared errors of blocks are 1 or 3: their mean over 100 blocks is 2 with a standard deviation of 0.1.
  for (size_t b = 0; b < 100; ++b) varied[b].add(float(std::sqrt(b % 2 ? 1.0 : 3.0)), 0);
  const auto some = rmse_interval(varied);
  REQUIRE(some);
  CHECK(some->low == doctest::Approx(std::sqrt(2 - 0.196)).epsilon(0.01));
  CHECK(some->high == doctest::Approx(std::sqrt(2 + 0.196)).epsilon(0.01));
}

TEST_CASE("the quantiles of an interval; what is not finite has none") {
  std::vector<double> draws(1001);
  std::iota(draws.begin(), draws.end(), 0);
  std::swap(draws.front(), draws.back());
  const auto interval = interval_of(draws);
  REQUIRE(interval);
  CHECK(interval->low == doctest::Approx(25));
  CHECK(interval->high == doctest::Approx(975));
  draws[3] = NAN;
  CHECK_FALSE(interval_of(draws));
  CHECK_FALSE(interval_of({}));
}

TEST_CASE("blocks are merged until errors of neighbours are no longer alike") {
  const PlaceBlocks blocks{96, 96, 2};  // 48 x 48
  CHECK(merged(7, blocks, {96, 96, 8}) == 1);
  CHECK(merged(48 * 5 + 11, blocks, {96, 96, 8}) == 12 + 2);
  // Errors that are independent from block to block, alike over 4 x 4 blocks, and alike everywhere.
  const auto side = [&](int alike, double share) {
    Random random(4);
    std::vector<double> shared(48 * 48);
    for (double& v : shared) v = random.normal();
    std::vector<ScoreSums> sums(48 * 48);
    for (size_t b = 0; b < sums.size(); ++b) {
      const size_t common = b / 48 / size_t(alike) * 48 + b % 48 / size_t(alike);
      sums[b].add(float(share * shared[common] + random.normal()), 0);
    }
    return block_side(blocks, {{sums}});
  };
  CHECK(side(1, 0) == 1);
  CHECK(side(4, 1) == 4);
  CHECK(side(8, 1) == 8);
  CHECK(side(48, 0) == 1);
  // Never fewer than 30 blocks, however alike errors are.
  std::vector<ScoreSums> slope(48 * 48);
  for (size_t b = 0; b < slope.size(); ++b) slope[b].add(float(b), 0);
  CHECK(block_side(blocks, {{slope}}) == 8);
}
