#pragma once
#include <vector>

#include "data/features/gaussian_mixture.hpp"

// The arithmetic of a mixture for panels of samples that lie side by side: vector instructions take several at a time.
namespace unetsr::data {

// A panel holds so many samples: all of the first variable, then all of the second, and so on.
inline constexpr int panel_samples = 32;

// The log densities of a mixture's components, up to a constant, with each component's share.
class PanelDensities {
 public:
  explicit PanelDensities(const GaussianMixture&);

  int components() const { return int(constants_.size()); }
  // panel: (variables, panel_samples). logs: (components, panel_samples).
  void operator()(const double* panel, double* logs) const;

 private:
  int variables_ = 0;
  std::vector<double> factors_;              // of each component the inverse of the covariance's lower factor, by rows
  std::vector<double> offsets_, constants_;  // the factor times the mean; log of share over root of the determinant
};

// Makes logs (components, panel_samples) responsibilities, those below 1e-17 zero. largest, sums (panel_samples): the
// density of a sample is sums * exp(largest).
void normalise_panel(int components, double* logs, double* largest, double* sums);

// Adds likely (panel_samples) times (offsets + gains x panel) to sums (outputs, panel_samples). gains: (outputs,
// variables).
void add_linear(const double* gains, const double* offsets, int outputs, int variables, const double* panel,
                const double* likely, double* sums);

}  // namespace unetsr::data
