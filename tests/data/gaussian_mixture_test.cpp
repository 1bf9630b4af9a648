#include "data/features/gaussian_mixture.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;
using Eigen::MatrixXd, Eigen::VectorXd;

namespace {

// A third around (0, 0), of spread 1 and 0.5; two thirds around (4, 2), where both variables rise together.
MatrixXd two_kinds(int count) {
  MatrixXd samples(count, 2);
  Random random(5);
  for (int i = 0; i < count; ++i) {
    const double a = random.normal(), b = random.normal();
    if (i % 3 == 0)
      samples.row(i) << a, 0.5 * b;
    else
      samples.row(i) << 4 + a, 2 + 0.8 * a + 0.6 * b;
  }
  return samples;
}

}  // namespace

TEST_CASE("Finds the kinds that samples were drawn from") {
  const GaussianMixture found = fit_gaussian_mixture(two_kinds(6000), 2, 1);
  REQUIRE(found.components.size() == 2);
  const auto& [first, second] = found.components[0].share < 0.5 ? std::pair(found.components[0], found.components[1])
                                                                : std::pair(found.components[1], found.components[0]);
  CHECK(first.share == doctest::Approx(1 / 3.0).epsilon(0.05));
  CHECK((first.mean - Eigen::Vector2d(0, 0)).norm() < 0.1);
  CHECK((second.mean - Eigen::Vector2d(4, 2)).norm() < 0.1);
  CHECK((first.covariance - Eigen::Matrix2d{{1, 0}, {0, 0.25}}).norm() < 0.15);
  CHECK((second.covariance - Eigen::Matrix2d{{1, 0.8}, {0.8, 1}}).norm() < 0.15);
}

TEST_CASE("Responsibilities are Bayes' rule, also where one variable alone is known") {
  const GaussianMixture land{
      {{0.25, VectorXd{{0, 1}}, MatrixXd{{1, 0.5}, {0.5, 2}}}, {0.75, VectorXd{{3, -1}}, MatrixXd{{4, -1}, {-1, 1}}}}};
  const auto normal = [](double x, double mean, double variance) {
    return std::exp(-0.5 * (x - mean) * (x - mean) / variance) / std::sqrt(variance);
  };
  // The density of two variables: that of the first, times that of the second given the first.
  const auto both = [&](double x, double y, const auto& c) {
    const double slope = c.covariance(1, 0) / c.covariance(0, 0);
    return normal(x, c.mean[0], c.covariance(0, 0)) *
           normal(y, c.mean[1] + slope * (x - c.mean[0]), c.covariance(1, 1) - slope * c.covariance(0, 1));
  };
  const double a = 0.25 * both(1, 0.5, land.components[0]), b = 0.75 * both(1, 0.5, land.components[1]);
  const MatrixXd likely = land.responsibilities(MatrixXd{{1, 0.5}});
  CHECK(likely(0, 0) == doctest::Approx(a / (a + b)));
  CHECK(likely(0, 1) == doctest::Approx(b / (a + b)));

  const std::vector<int> second = {1};
  const double c = 0.25 * normal(0.5, 1, 2), d = 0.75 * normal(0.5, -1, 1);
  CHECK(land.of(second).responsibilities(MatrixXd{{0.5}})(0, 0) == doctest::Approx(c / (c + d)));
}

TEST_CASE("The same seed gives the same mixture at any number of threads") {
  const MatrixXd samples = two_kinds(900);
  const auto fit = [&](int count) {
    set_threads(count);
    return fit_gaussian_mixture(samples, 5, 3);
  };
  const GaussianMixture one = fit(1), two = fit(2);
  set_threads(0);
  REQUIRE(one.components.size() == two.components.size());
  for (size_t k = 0; k < one.components.size(); ++k) {
    CHECK(one.components[k].mean == two.components[k].mean);
    CHECK(one.components[k].covariance == two.components[k].covariance);
  }
}

TEST_CASE("Samples that are all alike, a variable that never changes, too few samples") {
  const GaussianMixture same = fit_gaussian_mixture(MatrixXd::Constant(50, 2, 3.0), 4, 1);
  double shares = 0;
  for (const auto& c : same.components) {
    CHECK(c.mean.isApprox(Eigen::Vector2d(3, 3)));
    CHECK(c.covariance.allFinite());
    shares += c.share;
  }
  CHECK(shares == doctest::Approx(1));

  MatrixXd flat = two_kinds(300);
  flat.col(1).setConstant(7);
  for (const auto& c : fit_gaussian_mixture(flat, 2, 1).components) CHECK(c.covariance.allFinite());
  CHECK_THROWS_NAMING(ShapeError, fit_gaussian_mixture(MatrixXd::Zero(3, 2), 4, 1), "3 samples");
}
