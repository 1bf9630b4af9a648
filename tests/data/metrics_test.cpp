#include "data/scores/metrics.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "data/regression/linear_regression.hpp"
#include "data/scores/noise.hpp"
#include "data/splits/leak_audit.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("Scores by hand, over the cells where both are present") {
  const std::vector<float> target = {1, 2, 3, 4, missing, 9}, prediction = {2, 2, 2, 5, 7, missing};
  const Metrics m = score(prediction, target);
  CHECK(m.cells == 4);
  CHECK(m.r2 == doctest::Approx(1 - 3.0 / 5));
  CHECK(m.mae == doctest::Approx(0.75));
  CHECK(m.rmse == doctest::Approx(std::sqrt(0.75)));
  CHECK(m.bias == doctest::Approx(0.25));
  CHECK(m.slope == doctest::Approx(0.9));  // 4.5 / 5
  CHECK(m.pearson_r2 == doctest::Approx(4.5 * 4.5 / (5 * 6.75)));
  const Metrics masked = score(prediction, target, Mask{1, 1, 0, 1, 1, 1});
  CHECK(masked.cells == 3);
  CHECK(masked.bias == doctest::Approx(2.0 / 3));
}

TEST_CASE("Scores that do not exist are NaN") {
  const Metrics none = score(std::vector<float>{missing}, std::vector<float>{1});
  CHECK(none.cells == 0);
  for (const double v : {none.r2, none.pearson_r2, none.mae, none.rmse, none.bias, none.slope}) CHECK(std::isnan(v));
  const Metrics constant = score(std::vector<float>{1, 2}, std::vector<float>{3, 3});
  CHECK(std::isnan(constant.r2));
  CHECK(constant.mae == doctest::Approx(1.5));
  CHECK_THROWS_AS(score(std::vector<float>{1}, std::vector<float>{1, 2}), ShapeError);
  CHECK_THROWS_AS(score(std::vector<float>{1}, std::vector<float>{1}, Mask{1, 1}), ShapeError);
}

TEST_CASE("The paper's R2 is the mean over positions, constant positions as scikit-learn has them") {
  // Three patches of four positions: R2 0.5; constant and exact 1; constant and wrong 0; exact 1.
  const std::vector<float> target = {1, 5, 7, 1, 2, 5, 7, 4, 3, 5, 7, 2};
  const std::vector<float> prediction = {1, 5, 7, 1, 2, 5, 8, 4, 2, 5, 7, 2};
  CHECK(position_r2(prediction, target, 3) == doctest::Approx((0.5 + 1 + 0 + 1) / 4));
  CHECK(position_r2(target, target, 3) == 1);
  CHECK_THROWS_AS(position_r2(prediction, target, 5), ShapeError);
  CHECK_THROWS_AS(position_r2(prediction, std::vector<float>(3), 3), ShapeError);
}

TEST_CASE("Least squares finds the coefficients, on the chosen complete cells") {
  Random random(1);
  const Shape shape{1, 8, 9, 2};
  std::vector<float> channels, target;
  for (int i = 0; i < 72; ++i) {
    const double a = random.normal(), b = random.normal();
    channels.push_back(float(a));
    channels.push_back(float(b));
    target.push_back(float(0.5 + 2 * a - 3 * b));
  }
  Mask cells(72, 1);
  target[5] = 1e6f;
  cells[5] = 0;
  channels[2 * 7] = missing;
  target[8] = missing;
  const LinearRegression regression({channels.data(), shape}, target, cells);
  CHECK(regression.coefficients()[0] == doctest::Approx(0.5).epsilon(1e-5));
  CHECK(regression.coefficients()[1] == doctest::Approx(2).epsilon(1e-5));
  CHECK(regression.coefficients()[2] == doctest::Approx(-3).epsilon(1e-5));
  const std::vector<float> prediction = regression.predict({channels.data(), shape});
  CHECK(std::isnan(prediction[7]));
  CHECK(prediction[5] == doctest::Approx(0.5 + 2 * channels[10] - 3 * channels[11]).epsilon(1e-4));
  CHECK(prediction[8] == doctest::Approx(0.5 + 2 * channels[16] - 3 * channels[17]).epsilon(1e-4));
}

TEST_CASE("A line through three points by hand") {
  const std::vector<float> x = {0, 1, 2}, y = {1, 2, 6};  // slope 2.5, intercept 0.5
  const LinearRegression regression({x.data(), 1, 1, 3, 1}, y, {});
  CHECK(regression.coefficients()[0] == doctest::Approx(0.5));
  CHECK(regression.coefficients()[1] == doctest::Approx(2.5));
  // Residuals 0.5, -1, 0.5; total 14.
  CHECK(least_squares_r2({x.data(), 1, 1, 3, 1}, y) == doctest::Approx(1 - 1.5 / 14));
}

TEST_CASE("Neighbourhoods: a shift is found, and a missing neighbour counts as the cell itself") {
  const Shape shape{2, 12, 13, 1};
  std::vector<float> x(size_t(shape.size())), y(x.size(), missing);
  Random random(2);
  for (float& v : x) v = float(random.normal());
  x[20] = missing;
  const View<const float> view{x.data(), shape};
  for (int n = 0; n < 2; ++n)
    for (int i = 0; i < 12; ++i)
      for (int j = 0; j < 13; ++j) {
        const float south_east = i + 1 < 12 && j + 1 < 13 ? view(n, i + 1, j + 1, 0) : missing;
        y[size_t((n * 12 + i) * 13 + j)] = std::isnan(south_east) ? view(n, i, j, 0) : south_east;
      }
  const LinearRegression regression(view, y, {}, 3);
  REQUIRE(regression.coefficients().size() == 10);
  for (size_t k = 0; k < 10; ++k) CHECK(regression.coefficients()[k] == doctest::Approx(k == 9 ? 1 : 0).epsilon(1e-5));
}

TEST_CASE("Least squares of many rows, and of channels that depend on each other") {
  const Shape shape{1, 120, 100, 3};
  std::vector<float> channels, target;
  Random random(3);
  for (int i = 0; i < 12000; ++i) {
    const float a = float(random.normal());
    channels.insert(channels.end(), {a, 2 * a, 1});
    target.push_back(3 * a + 1 + float(random.normal()));
  }
  const View<const float> view{channels.data(), shape};
  const LinearRegression regression(view, target, {});
  const double slope = regression.coefficients()[1] + 2 * regression.coefficients()[2];
  CHECK(slope == doctest::Approx(3).epsilon(0.02));
  CHECK(least_squares_r2(view, target) == doctest::Approx(0.9).epsilon(0.01));
  set_threads(1);
  const std::vector<float> one = regression.predict(view);
  set_threads(4);
  CHECK(regression.predict(view) == one);
  set_threads(0);
}

TEST_CASE("Regressions that cannot be are refused") {
  const std::vector<float> x = {0, 1, 2, 3}, y = {1, 2, missing, missing};
  const View<const float> view{x.data(), 1, 1, 2, 2};
  CHECK_THROWS_NAMING(Error, LinearRegression({x.data(), 1, 1, 4, 1}, y, {}, 3), "10 coefficients", "2 cells");
  CHECK_THROWS_AS(LinearRegression(view, y, {}), ShapeError);
  CHECK_THROWS_AS(LinearRegression({x.data(), 1, 1, 4, 1}, y, {}, 2), UsageError);
  const LinearRegression fine({x.data(), 1, 1, 4, 1}, y, {});
  CHECK_THROWS_AS(fine.predict(view), ShapeError);
}

TEST_CASE("Noise is told from a plane by hand, and from a slow signal") {
  // Rows of + - + - ...: second differences are 4 in size, so 4 / sqrt(6).
  std::vector<float> values;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 20; ++j) values.push_back(float(3 * i + 0.5 * j) + (j % 2 ? 1.0f : -1.0f));
  CHECK(cell_noise({values.data(), 1, 4, 20, 1})[0] == doctest::Approx(4 / std::sqrt(6.0)));

  Random random(4);
  const Shape shape{2, 100, 100, 1};
  std::vector<float> field;
  for (int n = 0; n < 2; ++n)
    for (int i = 0; i < 100; ++i)
      for (int j = 0; j < 100; ++j)
        field.push_back(
            random.uniform() < 0.1 ? missing : float(std::sin(0.1 * i + 0.12 * j) + (0.1 + 0.2 * n) * random.normal()));
  const auto noise = cell_noise({field.data(), shape});
  CHECK(noise[0] == doctest::Approx(0.1).epsilon(0.05));
  CHECK(noise[1] == doctest::Approx(0.3).epsilon(0.05));
  CHECK(std::isnan(cell_noise({field.data(), 1, 2, 10, 1})[0]));
}

TEST_CASE("Variance and ceiling") {
  const std::vector<float> values = {1, 3, missing, 5, 5, 5, missing, missing, missing};
  const auto variance = variance_per_window({values.data(), 3, 1, 3, 1});
  CHECK(variance[0] == doctest::Approx(1));
  CHECK(variance[1] == 0);
  CHECK(std::isnan(variance[2]));
  CHECK(noise_ceiling(0.2, 0.16) == doctest::Approx(0.75));
}
