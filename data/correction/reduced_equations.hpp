#pragma once
#include <span>
#include <vector>

#include "data/correction/map_error.hpp"
#include "data/correction/node_products.hpp"
#include "data/correction/spatial_correlation.hpp"

namespace unetsr::data {

// 1 + B C B', the equations of SoundingEquations for an error that is known at nodes (NodeProducts), of all windows at
// once, in single precision: some times cheaper, and a few percent off.
class ReducedEquations {
 public:
  // The products have to outlive this.
  ReducedEquations(const NodeProducts&, const MapError&);

  // y = (1 + B C B') q
  void times(std::span<const float> q, std::span<float> y);

 private:
  using Correlation = SpatialCorrelation<float>;

  const NodeProducts& products_;
  std::vector<double> passing_, lasting_;
  std::vector<Correlation> correlations_;  // of each window
  std::vector<float> images_, lasting_images_, common_;
};

}  // namespace unetsr::data
