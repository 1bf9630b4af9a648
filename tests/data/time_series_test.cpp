#include "data/regression/time_series.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "data/dataset/missing.hpp"

using namespace unetsr::data;

namespace {

const std::vector<double> days = {0, 16, 32, 64, 80, 120, 200, 300};

// Mean 1, a harmonic of the year, and half of one of half a year.
float wave(double day, bool second) {
  const double angle = 2 * std::numbers::pi * day / 365.25;
  return float(1 + std::cos(angle) + 2 * std::sin(angle) + (second ? 0.5 * std::cos(2 * angle) : 0));
}

std::vector<float> waves(bool second) {
  std::vector<float> values;
  for (const double day : days) values.push_back(wave(day, second));
  return values;
}

}  // namespace

TEST_CASE("linear in time: between the nearest values, whatever stands at the place itself") {
  std::vector<float> values = {1, missing, 99, missing, 5, missing, 7, missing};
  CHECK(linear_in_time(days, values, 2) == doctest::Approx(1 + 4 * 32.0 / 80));
  CHECK(linear_in_time(days, values, 3) == doctest::Approx(99 + (5 - 99) * 32.0 / 48));
  CHECK(linear_in_time(days, values, 5) == doctest::Approx(5 + 2 * 40.0 / 120));
  CHECK(linear_in_time(days, values, 7) == 7);
  CHECK(linear_in_time(days, values, 0) == 99);
  CHECK(std::isnan(linear_in_time(days, std::vector<float>(8, missing), 3)));
  CHECK(std::isnan(linear_in_time(std::vector<double>{0}, std::vector<float>{3}, 0)));
}

TEST_CASE("a harmonic fit finds harmonics of its order, and does not look at the place itself") {
  for (const int order : {1, 2}) {
    std::vector<float> values = waves(order == 2);
    for (size_t at = 0; at < values.size(); ++at) {
      CAPTURE(order);
      CAPTURE(at);
      std::vector<float> others = values;
      others[at] = 1000;
      const bool between = at > 0 && at < 6;  // else damping draws the fit to the mean
      CHECK(std::abs(harmonic_in_time(days, others, at, order) - double(values[at])) < (between ? 0.02 : 0.1));
    }
  }
  CHECK(harmonic_in_time(days, waves(true), 3, 1) != doctest::Approx(double(wave(days[3], true))).epsilon(0.02));
}

TEST_CASE("a harmonic fit of few values takes fewer harmonics, and of fewer than four none") {
  std::vector<float> values(8, missing);
  values[0] = 1, values[1] = 2, values[4] = 4;
  CHECK(harmonic_in_time(days, values, 2, 2) == linear_in_time(days, values, 2));
  values = waves(false);
  values[5] = values[6] = values[7] = missing;  // four others: a mean and one harmonic
  CHECK(harmonic_in_time(days, values, 2, 2) == harmonic_in_time(days, values, 2, 1));
  CHECK(harmonic_in_time(days, values, 2, 1) != harmonic_in_time(days, values, 2, 0));
}
