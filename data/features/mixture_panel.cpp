#include "data/features/mixture_panel.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/cpu/clones.hpp"

namespace unetsr::data {
namespace {

using Eigen::Index, Eigen::MatrixXd;

constexpr double negligible = -40;  // log of a responsibility

// Of one instruction set or several of a smaller one.
typedef double Vector __attribute__((vector_size(64)));
typedef double AnyVector __attribute__((vector_size(64), aligned(8), may_alias));
constexpr int lanes = 8, vectors = panel_samples / lanes;

inline const AnyVector* vectors_of(const double* p) {
  return reinterpret_cast<const AnyVector*>(p);
}
inline AnyVector* vectors_of(double* p) {
  return reinterpret_cast<AnyVector*>(p);
}

// logs = constant - 0.5 |factor panel - offsets|^2.
UNETSR_CLONES void log_density(const double* factor, const double* offsets, double constant, int variables,
                               const double* panel, double* logs) {
  Vector sum[vectors] = {};
  for (int i = 0; i < variables; ++i) {
    Vector scaled[vectors];
    for (int k = 0; k < vectors; ++k) scaled[k] = Vector{} - offsets[i];
    for (int j = 0; j <= i; ++j, ++factor) {
      const AnyVector* x = vectors_of(panel + j * panel_samples);
      for (int k = 0; k < vectors; ++k) scaled[k] += *factor * x[k];
    }
    for (int k = 0; k < vectors; ++k) sum[k] += scaled[k] * scaled[k];
  }
  for (int k = 0; k < vectors; ++k) vectors_of(logs)[k] = constant - 0.5 * sum[k];
}

UNETSR_CLONES void add_linear_vectors(const double* gains, const double* offsets, int outputs, int variables,
                                      const double* panel, const double* likely, double* sums) {
  for (int o = 0; o < outputs; ++o) {
    Vector value[vectors];
    for (int k = 0; k < vectors; ++k) value[k] = Vector{} + offsets[o];
    for (int v = 0; v < variables; ++v, ++gains) {
      const AnyVector* x = vectors_of(panel + v * panel_samples);
      for (int k = 0; k < vectors; ++k) value[k] += *gains * x[k];
    }
    AnyVector* out = vectors_of(sums + o * panel_samples);
    for (int k = 0; k < vectors; ++k) out[k] += vectors_of(likely)[k] * value[k];
  }
}

}  // namespace

PanelDensities::PanelDensities(const GaussianMixture& mixture) {
  for (const GaussianMixture::Component& c : mixture.components) {
    variables_ = int(c.mean.size());
    const Eigen::LLT<MatrixXd> factor(c.covariance);
    const MatrixXd inverse = factor.matrixL().solve(MatrixXd::Identity(c.mean.size(), c.mean.size()));
    for (Index i = 0; i < inverse.rows(); ++i)
      for (Index j = 0; j <= i; ++j) factors_.push_back(inverse(i, j));
    const Eigen::VectorXd offsets = inverse * c.mean;
    offsets_.insert(offsets_.end(), offsets.begin(), offsets.end());
    constants_.push_back(std::log(c.share) - factor.matrixLLT().diagonal().array().log().sum());
  }
}

void PanelDensities::operator()(const double* panel, double* logs) const {
  const size_t size = size_t(variables_) * size_t(variables_ + 1) / 2;
  for (size_t k = 0; k < constants_.size(); ++k)
    log_density(factors_.data() + k * size, offsets_.data() + k * size_t(variables_), constants_[k], variables_, panel,
                logs + k * panel_samples);
}

void normalise_panel(int components, double* logs, double* largest, double* sums) {
  std::copy_n(logs, panel_samples, largest);
  for (int c = 1; c < components; ++c)
    for (int p = 0; p < panel_samples; ++p) largest[p] = std::max(largest[p], logs[c * panel_samples + p]);
  std::fill_n(sums, panel_samples, 0.0);
  for (int c = 0; c < components; ++c)
    for (int p = 0; p < panel_samples; ++p) {
      double& likely = logs[c * panel_samples + p];
      const double below = likely - largest[p];
      likely = below < negligible ? 0 : std::exp(below);
      sums[p] += likely;
    }
  for (int c = 0; c < components; ++c)
    for (int p = 0; p < panel_samples; ++p) logs[c * panel_samples + p] /= sums[p];
}

void add_linear(const double* gains, const double* offsets, int outputs, int variables, const double* panel,
                const double* likely, double* sums) {
  add_linear_vectors(gains, offsets, outputs, variables, panel, likely, sums);
}

}  // namespace unetsr::data
