#include "data/splits/correlation_length.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr Shape shape{2, 400, 300, 1};

// Covariance exp(-lag / length) along each axis, mean `mean` + window, plus noise of single cells.
std::vector<float> field(double length, double noise, double mean) {
  Random random(4);
  std::vector<float> values(size_t(shape.size()));
  const double a = std::exp(-1 / length), rest = std::sqrt(1 - a * a);
  for (float& v : values) v = float(random.normal());
  for (int64_t row = 0; row < int64_t(shape.n) * shape.h; ++row)
    for (int64_t j = 1; j < shape.w; ++j) {
      float* v = &values[size_t(row * shape.w + j)];
      *v = float(a * double(v[-1]) + rest * double(*v));
    }
  for (int64_t row = 0; row < int64_t(shape.n) * shape.h; ++row)
    for (int64_t j = 0; row % shape.h > 0 && j < shape.w; ++j) {
      float* v = &values[size_t(row * shape.w + j)];
      *v = float(a * double(v[-shape.w]) + rest * double(*v));
    }
  for (size_t i = 0; i < values.size(); ++i)
    values[i] += float(noise * random.normal() + mean * double(1 + i / (values.size() / 2)));
  return values;
}

}  // namespace

TEST_CASE("The correlation length of a field is found, whatever its mean, its noise and its gaps") {
  for (const double length : {3.0, 8.0}) {
    CHECK(correlation_length(field(length, 0, 0), shape) == doctest::Approx(length).epsilon(0.15));
    CHECK(correlation_length(field(length, 0, 100), shape) == doctest::Approx(length).epsilon(0.15));
    CHECK(correlation_length(field(length, 1, 0), shape) == doctest::Approx(length).epsilon(0.2));
    std::vector<float> gaps = field(length, 0, 0);
    for (size_t i = 0; i < gaps.size(); i += 3) gaps[i] = std::numeric_limits<float>::quiet_NaN();
    CHECK(correlation_length(gaps, shape) == doctest::Approx(length).epsilon(0.15));
  }
}

TEST_CASE("Noise has no length, a slope no end") {
  std::vector<float> values(size_t(shape.size()));
  Random random(1);
  for (float& v : values) v = float(random.normal());
  CHECK(correlation_length(values, shape) < 2);
  for (size_t i = 0; i < values.size(); ++i) values[i] = float(i % size_t(shape.w));
  CHECK(correlation_length(values, shape) > 80);
  CHECK(correlation_length(values, shape) <= 150);
}
