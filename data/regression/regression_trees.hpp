#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/view.hpp"

namespace unetsr::data {

// Bagged regression trees with a linear regression in each leaf (Breiman 1996 for the bagging; leaves as in Gao,
// Kustas, Anderson 2012): each tree is fitted to cells drawn with replacement and split where the squared error falls
// most. A leaf's prediction goes no further beyond the range of its targets than a quarter of that range. The
// prediction is the mean of the trees.
class RegressionTrees {
 public:
  // channels: (windows, rows, columns, C); target and weights: (windows, rows, columns). Learns from the cells whose
  // weight is above 0, where the target and all channels have to be present. Throws ShapeError where sizes differ,
  // Error where there is no such cell. The same seed gives the same trees at any number of threads.
  RegressionTrees(View<const float> channels, std::span<const float> target, std::span<const float> weights,
                  uint64_t seed);

  // (windows, rows, columns); NaN where a channel is missing.
  std::vector<float> predict(View<const float> channels) const;

 private:
  struct Node {
    int channel = -1;  // -1: a leaf
    float threshold = 0;
    int next = 0;  // up to the threshold, the other one follows it; of a leaf, its number
  };
  struct Leaf {
    float low = 0, high = 0;
  };
  struct Tree {
    std::vector<Node> nodes;
    std::vector<Leaf> leaves;
    std::vector<float> coefficients;  // of each leaf: intercept, then one for each channel
  };
  class Grower;
  float predict(const Tree&, const float* pixel) const;

  int channels_;
  std::vector<Tree> trees_;
};

}  // namespace unetsr::data
