#include "data/features/mixture_panel.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;
using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;

namespace {

constexpr int variables = 7, kinds = 3;

MatrixXd random_matrix(int rows, int columns, uint64_t stream) {
  Random random(2, stream);
  return MatrixXd::NullaryExpr(rows, columns, [&](Index, Index) { return random.normal(); });
}

GaussianMixture random_mixture() {
  GaussianMixture mixture;
  for (int k = 0; k < kinds; ++k) {
    const MatrixXd root = random_matrix(variables, variables, uint64_t(k));
    mixture.components.push_back({(k + 1) / 6.0, 2 * random_matrix(variables, 1, uint64_t(10 + k)),
                                  root * root.transpose() + 0.1 * MatrixXd::Identity(variables, variables)});
  }
  return mixture;
}

}  // namespace

TEST_CASE("Panels have the densities of their samples one by one") {
  const GaussianMixture mixture = random_mixture();
  const MatrixXd panel = 3 * random_matrix(panel_samples, variables, 20);
  MatrixXd logs(panel_samples, kinds), likely;
  PanelDensities{mixture}(panel.data(), logs.data());
  for (Index k = 0; k < kinds; ++k) {
    const auto& c = mixture.components[size_t(k)];
    for (Index p = 0; p < panel_samples; ++p) {
      const VectorXd off = panel.row(p).transpose() - c.mean;
      const double squared = off.dot(c.covariance.inverse() * off);
      const double expected = std::log(c.share) - 0.5 * std::log(c.covariance.determinant()) - 0.5 * squared;
      CHECK(logs(p, k) == doctest::Approx(expected).epsilon(1e-9));
    }
  }
  likely = logs;
  std::array<double, panel_samples> largest, sums;
  normalise_panel(kinds, likely.data(), largest.data(), sums.data());
  for (Index p = 0; p < panel_samples; ++p) {
    const double density = logs.row(p).array().exp().sum();
    CHECK(std::log(sums[size_t(p)]) + largest[size_t(p)] == doctest::Approx(std::log(density)).epsilon(1e-12));
    for (Index k = 0; k < kinds; ++k) CHECK(std::abs(likely(p, k) - std::exp(logs(p, k)) / density) < 1e-14);
  }
}

TEST_CASE("Linear functions of a panel, weighted sample by sample") {
  using Gains = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Gains gains = random_matrix(4, variables, 30);
  const VectorXd offsets = random_matrix(4, 1, 31);
  const MatrixXd panel = random_matrix(panel_samples, variables, 32), weights = random_matrix(panel_samples, 1, 33);
  MatrixXd sums = random_matrix(panel_samples, 4, 34);
  const MatrixXd values = (panel * gains.transpose()).rowwise() + offsets.transpose();
  const MatrixXd expected = sums + weights.col(0).asDiagonal() * values;
  add_linear(gains.data(), offsets.data(), 4, variables, panel.data(), weights.data(), sums.data());
  CHECK((sums - expected).cwiseAbs().maxCoeff() < 1e-12);
}
