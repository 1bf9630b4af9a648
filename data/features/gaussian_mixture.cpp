#include "data/features/gaussian_mixture.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;

constexpr int cluster_steps = 5, most_steps = 12;
constexpr double converged = 1e-3;       // gain of a step in the mean log likelihood
constexpr double least_variance = 1e-6;  // added, so that variables that never change do no harm

// Of each sample, up to a constant.
VectorXd log_densities(const GaussianMixture::Component& c, const MatrixXd& samples) {
  const Eigen::LLT<MatrixXd> factor(c.covariance);
  const MatrixXd scaled = factor.matrixL().solve((samples.rowwise() - c.mean.transpose()).transpose());
  const double log_root = factor.matrixLLT().diagonal().array().log().sum();
  return (std::log(c.share) - log_root) - 0.5 * scaled.colwise().squaredNorm().transpose().array();
}

// Makes rows of log densities responsibilities; returns the mean log likelihood, up to a constant.
double normalise(MatrixXd& logs) {
  const VectorXd largest = logs.rowwise().maxCoeff();
  logs = (logs.colwise() - largest).array().exp();
  const VectorXd sums = logs.rowwise().sum();
  logs.array().colwise() /= sums.array();
  return (largest.array() + sums.array().log()).mean();
}

double expect(const GaussianMixture& mixture, const MatrixXd& samples, MatrixXd& responsibilities) {
  const auto& components = mixture.components;
  responsibilities.resize(samples.rows(), Index(components.size()));
  parallel_for(int64_t(components.size()),
               [&](int64_t k) { responsibilities.col(k) = log_densities(components[size_t(k)], samples); });
  return normalise(responsibilities);
}

GaussianMixture maximise(const MatrixXd& samples, const MatrixXd& responsibilities) {
  const Index variables = samples.cols();
  GaussianMixture mixture;
  mixture.components.resize(size_t(responsibilities.cols()));
  parallel_for(responsibilities.cols(), [&](int64_t k) {
    GaussianMixture::Component& c = mixture.components[size_t(k)];
    const auto weights = responsibilities.col(k);
    const double sum = weights.sum();
    if (sum < double(variables)) return;
    c.mean = samples.transpose() * weights / sum;
    const MatrixXd off = samples.rowwise() - c.mean.transpose();
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

// The nearest centre of each sample, and the squared distance to it.
struct Nearest {
  std::vector<Index> centre;
  VectorXd distance;
};

Nearest nearest(const MatrixXd& samples, const MatrixXd& centres) {
  MatrixXd distances(samples.rows(), centres.rows());
  parallel_for(centres.rows(),
               [&](int64_t k) { distances.col(k) = (samples.rowwise() - centres.row(k)).rowwise().squaredNorm(); });
  Nearest result{std::vector<Index>(size_t(samples.rows())), VectorXd(samples.rows())};
  for (Index i = 0; i < samples.rows(); ++i) result.distance[i] = distances.row(i).minCoeff(&result.centre[size_t(i)]);
  return result;
}

// The next centre is a sample, the likelier the farther it lies from those there are.
MatrixXd first_centres(const MatrixXd& samples, int count, Random& random) {
  MatrixXd centres(count, samples.cols());
  centres.row(0) = samples.row(Index(random.below(uint32_t(samples.rows()))));
  for (int k = 1; k < count; ++k) {
    const VectorXd distance = nearest(samples, centres.topRows(k)).distance;
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
  MatrixXd centres = first_centres(samples, count, random), members;
  for (int step = 0; step < cluster_steps; ++step) {
    const Nearest near = nearest(samples, centres);
    members.setZero(samples.rows(), count);
    for (Index i = 0; i < samples.rows(); ++i) members(i, near.centre[size_t(i)]) = 1;
    const Eigen::RowVectorXd sizes = members.colwise().sum();
    const MatrixXd sums = members.transpose() * samples;
    for (int k = 0; k < count; ++k)
      if (sizes[k] > 0) centres.row(k) = sums.row(k) / sizes[k];
  }
  return members;
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
