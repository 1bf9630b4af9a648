#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <span>
#include <vector>

namespace unetsr::data {

// Kinds of samples: the mean and covariance of the variables of each kind.
struct GaussianMixture {
  struct Component {
    double share = 0;  // of the samples; all add up to 1
    Eigen::VectorXd mean;
    Eigen::MatrixXd covariance;
  };
  std::vector<Component> components;

  // The same for samples of which these variables alone are known.
  GaussianMixture of(std::span<const int> variables) const;

  // How likely it is that each sample (a row) is of each component (a column); rows add up to 1.
  Eigen::MatrixXd responsibilities(const Eigen::MatrixXd& samples) const;
};

// By expectation and maximisation (Dempster, Laird, Rubin 1977), begun from the clusters of k-means++ (Arthur,
// Vassilvitskii 2007). samples: one a row, nothing missing. Components that lose their samples are omitted. The same
// seed gives the same mixture at any number of threads. Throws ShapeError where there are fewer samples than
// components.
GaussianMixture fit_gaussian_mixture(const Eigen::MatrixXd& samples, int components, uint64_t seed);

}  // namespace unetsr::data
