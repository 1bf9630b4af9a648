#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"

namespace unetsr::data {

// Pearson's r over the cells where both are present; NaN where fewer than three are, or one is constant.
double pearson(std::span<const float> a, std::span<const float> b);

// Pearson's r of every pair of layers, each over its own cells.
struct CorrelationMatrix {
  std::vector<std::string> names;
  std::vector<double> r;  // names x names
  double at(size_t i, size_t j) const { return r[i * names.size() + j]; }
};

// `window`: one window alone, otherwise all pooled. `cells`: only these cells (all, if empty).
CorrelationMatrix correlation_matrix(const Dataset&, std::span<const std::string> names, std::optional<int> window = {},
                                     const Mask& cells = {});

struct BandCorrelation {
  std::string name;
  double pooled = 0;
  std::vector<double> per_window;
};

// Pearson's r of layers with the target (SIF at 740 nm of the fine cells), in the order of `names`.
std::vector<BandCorrelation> correlations_with_target(const Dataset&, std::span<const std::string> names,
                                                      const Mask& cells = {});

// The auxiliary bands of a dataset: every layer but SIF itself, of the fine cells or (coarse) of the coarse ones.
std::vector<std::string> auxiliary_bands(const Dataset&, bool coarse = false);

// The `count` names with the largest |pooled r| with the target, best first. For honest scores give the training cells.
std::vector<std::string> most_correlated(const Dataset&, std::span<const std::string> names, int count,
                                         const Mask& cells = {});

}  // namespace unetsr::data
