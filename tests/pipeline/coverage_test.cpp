#include "pipeline/evaluate/map_coverage.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("Shares of values within the normal intervals: 0.674, 1.282, 1.645 and 1.960 sigma") {
  const std::vector<double> errors = {0.67, -0.68, 1.28, -1.29, 1.64, -1.65, 1.95, -1.97, 3, 0};
  const Coverage c = coverage("truth", errors);
  CHECK(c.share[0] == doctest::Approx(0.2));
  CHECK(c.share[1] == doctest::Approx(0.4));
  CHECK(c.share[2] == doctest::Approx(0.6));
  CHECK(c.share[3] == doctest::Approx(0.8));
  CHECK(c.values == 10);
  CHECK(in_words(c) == "50/80/90/95 % intervals hold 20.0/40.0/60.0/80.0 % of the truth");
}

TEST_CASE("A map against the truth: in units of its own sigma, where both are there and chosen") {
  const float none = std::numeric_limits<float>::quiet_NaN();
  const data::MapUncertainty usual = {0.01, 0, 0.03, 3};  // sigma 0.1 at 0, 0.2 at 1
  const data::ConservedUncertainty uncertainty = {{0.04, 0, 0.12, 3}, usual, 0.5};
  const std::vector<float> left(7, 0.5f);
  const std::vector<float> map = {1, 1, 0, 0, none, 1, 1}, truth = {1.38f, 1.4f, -0.19f, -0.2f, 1, none, 9};
  const data::Mask cells = {1, 1, 1, 1, 1, 1, 0};
  const auto covered = [&](std::span<const float> left_in) {
    CoverageCounts counts;
    add_coverage(map, truth, cells, left_in, uncertainty, counts);
    return counts.coverage("truth");
  };
  const Coverage c = covered(left);
  CHECK(c.values == 4);
  CHECK(c.share[2] == 0);
  CHECK(c.share[3] == doctest::Approx(0.5));
  CHECK(covered({}).share[1] == 1);
}
