#include "pipeline/train/epoch_choice.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace unetsr::pipeline;

namespace {

// Squared errors that differ by `mean` on average, with a standard deviation of 1.
struct Pair {
  Pair(int count, double mean) {
    const double spread = std::sqrt(double(count - 1) / count);
    for (int i = 0; i < count; ++i) {
      a.push_back(5 + i % 7);
      b.push_back(a.back() + mean + (i % 2 ? spread : -spread));
    }
  }
  std::vector<double> a, b;
};

}  // namespace

TEST_CASE("an earlier epoch is clearly better beyond two standard errors of the difference") {
  // 100 values: the standard error is 0.1.
  CHECK(clearly_better(Pair(100, 0.21).a, Pair(100, 0.21).b));
  CHECK_FALSE(clearly_better(Pair(100, 0.19).a, Pair(100, 0.19).b));
  CHECK_FALSE(clearly_better(Pair(100, 0.21).b, Pair(100, 0.21).a));
  CHECK_FALSE(clearly_better(Pair(100, 0).a, Pair(100, 0).a));
}

TEST_CASE("few values choose no epoch, and missing ones do not count") {
  CHECK(clearly_better(Pair(30, 5).a, Pair(30, 5).b));
  CHECK_FALSE(clearly_better(Pair(28, 5).a, Pair(28, 5).b));
  Pair half(58, 5);
  for (size_t i = 0; i < 30; ++i) half.b[i] = NAN;
  CHECK_FALSE(clearly_better(half.a, half.b));
  CHECK_FALSE(clearly_better({}, {}));
}

TEST_CASE("squared errors are missing where a value is") {
  const std::vector<float> predicted = {1, 2, NAN}, measured = {3, NAN, 1};
  const std::vector<double> errors = squared_errors(predicted, measured);
  CHECK(errors[0] == 4);
  CHECK(std::isnan(errors[1]));
  CHECK(std::isnan(errors[2]));
}
