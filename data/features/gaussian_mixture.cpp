#include "data/features/gaussian_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "data/features/mixture_panel.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;

constexpr int cluster_steps = 5, most_steps = 12;
constexpr double converged = 1e-3;       // gain of a step in the mean log likelihood
constexpr double least_variance = 1e-6;  // added, so that variables that never change do no harm

constexpr int64_t panels_at_once = 8;

// The mean log likelihood, up to a constant.
double expect(const GaussianMixture& mixture, const MatrixXd& samples, MatrixXd& responsibilities) {
  const PanelDensities densities(mixture);
  const Index count = samples.rows(), components = densities.components();
  responsibilities.resize(count, components);
  VectorXd likelihood(count);
  parallel_ranges((count + panel_samples - 1) / panel_samples, panels_at_once, [&](int64_t begin, int64_t end) {
    Eigen::Matrix<double, panel_samples, Eigen::Dynamic> panel(panel_samples, samples.cols());
    Eigen::Matrix<double, panel_samples, Eigen::Dynamic> likely(panel_samples, components);
    Eigen::Array<double, panel_samples, 1> largest, sums;
    for (Index first = begin * panel_samples; first < std::min(count, Index(end) * panel_samples);
         first += panel_samples) {
      const Index here = std::min(count - first, Index(panel_samples));
      panel.topRows(here) = samples.middleRows(first, here);
      panel.bottomRows(panel_samples - here).setZero();
      densities(panel.data(), likely.data());
      normalise_panel(int(components), likely.data(), largest.data(), sums.data());
      responsibilities.middleRows(first, here) = likely.topRows(here);
      likelihood.segment(first, here) = (largest + sums.log()).matrix().head(here);
    }
  });
  return likelihood.mean();
}

// The samples that a component has any share of, one a row; few have one of several.
MatrixXd members(const MatrixXd& samples, const std::vector<Index>& which) {
  MatrixXd own(Index(which.size()), samples.cols());
  for (Index v = 0; v < samples.cols(); ++v)
    for (size_t i = 0; i < which.size(); ++i) own(Index(i), v) = samples(which[i], v);
  return own;
}

GaussianMixture maximise(const MatrixXd& samples, const MatrixXd& responsibilities) {
  const Index variables = samples.cols();
  GaussianMixture mixture;
  mixture.components.resize(size_t(responsibilities.cols()));
  parallel_for(responsibilities.cols(), [&](int64_t k) {
    GaussianMixture::Component& c = mixture.components[size_t(k)];
    std::vector<Index> which;
    for (Index i = 0; i < samples.rows(); ++i)
      if (responsibilities(i, k) > 0) which.push_back(i);
    const VectorXd weights = responsibilities.col(k)(which);
    const double sum = weights.sum();
    if (sum < double(variables)) return;
    MatrixXd off = members(samples, which);
    c.mean = off.transpose() * weights / sum;
    off.rowwise() -= c.mean.transpose();
    c.covariance = off.transpose() * (off.array().colwise() * weights.array()).matrix() / sum;
    c.covariance.diagonal().array() += least_variance;
    c.share = sum / double(samples.rows());
  });
  std::erase_if(mixture.components, [](const auto& c) { return c.share == 0; });
  double sum = 0;
  for (const auto& c : mixture.components) sum += c.share;
  for (auto& c : mixture.components) c.share /= sum;
  return mixture;
}

// Squared, of each sample from a centre.
VectorXd distances(const MatrixXd& samples, const MatrixXd& centres, Index k) {
  VectorXd distance = VectorXd::Zero(samples.rows());
  for (Index v = 0; v < samples.cols(); ++v) distance.array() += (samples.col(v).array() - centres(k, v)).square();
  return distance;
}

// The nearest centre of each sample.
std::vector<Index> nearest(const MatrixXd& samples, const MatrixXd& centres) {
  MatrixXd all(samples.rows(), centres.rows());
  parallel_for(centres.rows(), [&](int64_t k) { all.col(k) = distances(samples, centres, k); });
  std::vector<Index> centre(size_t(samples.rows()), 0);
  for (Index k = 1; k < centres.rows(); ++k)
    for (Index i = 0; i < samples.rows(); ++i)
      if (all(i, k) < all(i, centre[size_t(i)])) centre[size_t(i)] = k;
  return centre;
}

// The next centre is a sample, the likelier the farther it lies from those there are.
MatrixXd first_centres(const MatrixXd& samples, int count, Random& random) {
  MatrixXd centres(count, samples.cols());
  centres.row(0) = samples.row(Index(random.below(uint32_t(samples.rows()))));
  VectorXd distance = VectorXd::Constant(samples.rows(), std::numeric_limits<double>::infinity());
  for (int k = 1; k < count; ++k) {
    distance = distance.cwiseMin(distances(samples, centres, k - 1));
    double left = random.uniform() * distance.sum();
    Index chosen = 0;
    while (chosen + 1 < samples.rows() && (left -= distance[chosen]) >= 0) ++chosen;
    centres.row(k) = samples.row(chosen);
  }
  return centres;
}

// 1 where a sample is of a cluster. All variables have equal weight.
MatrixXd clusters(MatrixXd samples, int count, uint64_t seed) {
  const Eigen::RowVectorXd mean = samples.colwise().mean();
  samples.rowwise() -= mean;
  const Eigen::RowVectorXd spread = (samples.colwise().squaredNorm() / double(samples.rows())).array().sqrt();
  for (Index v = 0; v < samples.cols(); ++v)
    if (spread[v] > 0) samples.col(v) /= spread[v];
  Random random(seed);
  MatrixXd centres = first_centres(samples, count, random), of_cluster;
  for (int step = 0; step < cluster_steps; ++step) {
    const std::vector<Index> near = nearest(samples, centres);
    of_cluster.setZero(samples.rows(), count);
    for (Index i = 0; i < samples.rows(); ++i) of_cluster(i, near[size_t(i)]) = 1;
    const Eigen::RowVectorXd sizes = of_cluster.colwise().sum();
    const MatrixXd sums = of_cluster.transpose() * samples;
    for (int k = 0; k < count; ++k)
      if (sizes[k] > 0) centres.row(k) = sums.row(k) / sizes[k];
  }
  return of_cluster;
}

}  // namespace

GaussianMixture GaussianMixture::of(std::span<const int> variables) const {
  GaussianMixture fewer;
  for (const Component& c : components)
    fewer.components.push_back({c.share, c.mean(variables), c.covariance(variables, variables)});
  return fewer;
}

MatrixXd GaussianMixture::responsibilities(const MatrixXd& samples) const {
  MatrixXd result;
  expect(*this, samples, result);
  return result;
}

GaussianMixture fit_gaussian_mixture(const MatrixXd& samples, int components, uint64_t seed) {
  if (components < 1 || samples.rows() < components)
    throw ShapeError("a mixture of " + std::to_string(components) + " components of " + std::to_string(samples.rows()) +
                     " samples: give more samples");
  GaussianMixture mixture = maximise(samples, clusters(samples, components, seed));
  if (mixture.components.empty()) mixture = maximise(samples, MatrixXd::Ones(samples.rows(), 1));
  MatrixXd responsibilities;
  double before = -std::numeric_limits<double>::infinity();
  for (int step = 0; step < most_steps; ++step) {
    const double likelihood = expect(mixture, samples, responsibilities);
    if (likelihood - before < converged) break;
    before = likelihood;
    mixture = maximise(samples, responsibilities);
  }
  return mixture;
}

}  // namespace unetsr::data
