#include "data/regression/regression_trees.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

constexpr int count_of_trees = 30, bins = 64, least_in_leaf = 50;
constexpr double ridge = 1e-4;           // of a channel's variance
constexpr float beyond_targets = 0.25f;  // of a leaf's range

// The cells to learn from, and for each channel the bin that its value lies in: bin k holds values up to edge k.
struct Samples {
  int channels = 0;
  std::vector<float> values;  // samples x channels
  std::vector<double> target, weight, variance;
  std::vector<std::vector<float>> edges;
  std::vector<uint8_t> codes;  // samples x channels

  size_t size() const { return target.size(); }
  const float* row(size_t i) const { return &values[i * size_t(channels)]; }
};

void bin(Samples& s) {
  s.edges.resize(size_t(s.channels));
  s.variance.resize(size_t(s.channels));
  s.codes.resize(s.values.size());
  for (int c = 0; c < s.channels; ++c) {
    std::vector<float> column;
    for (size_t i = 0; i < s.size(); ++i) column.push_back(s.row(i)[c]);
    double sum = 0, squares = 0;
    for (const float v : column) sum += double(v), squares += double(v) * double(v);
    s.variance[size_t(c)] = std::max(0.0, squares / double(s.size()) - std::pow(sum / double(s.size()), 2));
    std::sort(column.begin(), column.end());
    std::vector<float>& edges = s.edges[size_t(c)];
    for (size_t k = 1; k < bins; ++k) edges.push_back(column[std::max<size_t>(k * column.size() / bins, 1) - 1]);
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    for (size_t i = 0; i < s.size(); ++i)
      s.codes[i * size_t(s.channels) + size_t(c)] =
          uint8_t(std::lower_bound(edges.begin(), edges.end(), s.row(i)[c]) - edges.begin());
  }
}

Samples samples_of(View<const float> channels, std::span<const float> target, std::span<const float> weights) {
  Samples s;
  s.channels = channels.c;
  for (int64_t i = 0; i < channels.pixels(); ++i) {
    if (!(weights[size_t(i)] > 0)) continue;
    const float* pixel = channels.data + i * channels.pitch;
    s.values.insert(s.values.end(), pixel, pixel + channels.c);
    s.target.push_back(double(target[size_t(i)]));
    s.weight.push_back(double(weights[size_t(i)]));
  }
  if (s.size() == 0) throw Error("regression trees: no cell has a weight above 0");
  bin(s);
  return s;
}

}  // namespace

class RegressionTrees::Grower {
 public:
  Grower(const Samples& samples, Random random) : samples_(samples), weight_(samples.size(), 0) {
    for (size_t draw = 0; draw < samples.size(); ++draw) {
      const uint32_t i = random.below(uint32_t(samples.size()));
      weight_[i] += samples.weight[i];
    }
    for (size_t i = 0; i < samples.size(); ++i)
      if (weight_[i] > 0) order_.push_back(uint32_t(i));
  }

  Tree grow() && {
    tree_.nodes.resize(1);
    grow(0, 0, order_.size());
    return std::move(tree_);
  }

 private:
  struct Part {
    double weight = 0, sum = 0;
    int count = 0;
    void operator+=(const Part& o) { weight += o.weight, sum += o.sum, count += o.count; }
    // The squared error that a mean of its own spares.
    double spared() const { return sum * sum / weight; }
  };
  struct Cut {
    int channel = -1, bin = 0;
    double gain = 0;
  };

  Cut best_cut(size_t begin, size_t end) const {
    Cut best;
    Part all;
    for (int c = 0; c < samples_.channels; ++c) {
      std::array<Part, bins> parts = {};
      for (size_t k = begin; k < end; ++k) {
        const size_t i = order_[k];
        parts[samples_.codes[i * size_t(samples_.channels) + size_t(c)]] +=
            {weight_[i], weight_[i] * samples_.target[i], 1};
      }
      if (c == 0)
        for (const Part& part : parts) all += part;
      Part left;
      for (int b = 0; b < int(samples_.edges[size_t(c)].size()); ++b) {
        left += parts[size_t(b)];
        const Part right{all.weight - left.weight, all.sum - left.sum, all.count - left.count};
        if (left.count < least_in_leaf || right.count < least_in_leaf) continue;
        const double gain = left.spared() + right.spared() - all.spared();
        if (gain > best.gain) best = {c, b, gain};
      }
    }
    return best;
  }

  void grow(size_t node, size_t begin, size_t end) {
    const Cut cut = best_cut(begin, end);
    if (cut.channel < 0) return add_leaf(node, begin, end);
    const auto first = order_.begin() + std::ptrdiff_t(begin), last = order_.begin() + std::ptrdiff_t(end);
    const auto middle = std::stable_partition(first, last, [&](uint32_t i) {
      return samples_.codes[i * size_t(samples_.channels) + size_t(cut.channel)] <= cut.bin;
    });
    const size_t next = tree_.nodes.size(), split = size_t(middle - order_.begin());
    tree_.nodes[node] = {cut.channel, samples_.edges[size_t(cut.channel)][size_t(cut.bin)], int(next)};
    tree_.nodes.resize(next + 2);
    grow(next, begin, split);
    grow(next + 1, split, end);
  }

  // Ridge regression on the channels' deviations from their means in the leaf.
  void add_leaf(size_t node, size_t begin, size_t end) {
    const Eigen::Index width = samples_.channels;
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(width), deviation(width), b = Eigen::VectorXd::Zero(width);
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(width, width);
    double weight = 0, target = 0, low = std::numeric_limits<double>::infinity(), high = -low;
    for (size_t k = begin; k < end; ++k) {
      const size_t i = order_[k];
      weight += weight_[i], target += weight_[i] * samples_.target[i];
      low = std::min(low, samples_.target[i]), high = std::max(high, samples_.target[i]);
      for (Eigen::Index c = 0; c < width; ++c) mean[c] += weight_[i] * double(samples_.row(i)[c]);
    }
    mean /= weight, target /= weight;
    for (size_t k = begin; k < end; ++k) {
      const size_t i = order_[k];
      for (Eigen::Index c = 0; c < width; ++c) deviation[c] = double(samples_.row(i)[c]) - mean[c];
      a.selfadjointView<Eigen::Lower>().rankUpdate(deviation, weight_[i]);
      b += weight_[i] * (samples_.target[i] - target) * deviation;
    }
    // A channel without any variance gets the coefficient 0, and 1 keeps its row solvable.
    for (Eigen::Index c = 0; c < width; ++c) {
      const double variance = samples_.variance[size_t(c)];
      a(c, c) += variance > 0 ? ridge * weight * variance : 1;
    }
    const Eigen::VectorXd slope = a.selfadjointView<Eigen::Lower>().ldlt().solve(b);
    const double reach = double(beyond_targets) * (high - low);
    tree_.nodes[node] = {-1, 0, int(tree_.leaves.size())};
    tree_.leaves.push_back({float(low - reach), float(high + reach)});
    tree_.coefficients.push_back(float(target - slope.dot(mean)));
    for (const double s : slope) tree_.coefficients.push_back(float(s));
  }

  const Samples& samples_;
  std::vector<double> weight_;   // times how often it was drawn
  std::vector<uint32_t> order_;  // samples, those of a node side by side
  Tree tree_;
};

RegressionTrees::RegressionTrees(View<const float> channels, std::span<const float> target,
                                 std::span<const float> weights, uint64_t seed)
    : channels_(channels.c), trees_(count_of_trees) {
  if (int64_t(target.size()) != channels.pixels() || weights.size() != target.size())
    throw ShapeError("regression trees: " + std::to_string(channels.pixels()) + " cells with channels, " +
                     std::to_string(target.size()) + " targets and " + std::to_string(weights.size()) + " weights");
  const Samples samples = samples_of(channels, target, weights);
  parallel_for(count_of_trees,
               [&](int64_t t) { trees_[size_t(t)] = Grower(samples, Random(seed, uint64_t(t))).grow(); });
}

float RegressionTrees::predict(const Tree& tree, const float* pixel) const {
  const Node* node = tree.nodes.data();
  while (node->channel >= 0) node = &tree.nodes[size_t(node->next + (pixel[node->channel] > node->threshold))];
  const Leaf& leaf = tree.leaves[size_t(node->next)];
  const float* coefficient = &tree.coefficients[size_t(node->next) * size_t(channels_ + 1)];
  float value = *coefficient;
  for (int c = 0; c < channels_; ++c) value += *++coefficient * pixel[c];
  return std::clamp(value, leaf.low, leaf.high);
}

std::vector<float> RegressionTrees::predict(View<const float> channels) const {
  if (channels.c != channels_)
    throw ShapeError("regression trees: grown on " + std::to_string(channels_) + " channels, got " +
                     std::to_string(channels.c));
  std::vector<float> result(size_t(channels.pixels()), missing);
  parallel_ranges(channels.pixels(), 1024, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float* pixel = channels.data + i * channels.pitch;
      if (std::any_of(pixel, pixel + channels_, [](float v) { return std::isnan(v); })) continue;
      double sum = 0;
      for (const Tree& tree : trees_) sum += double(predict(tree, pixel));
      result[size_t(i)] = float(sum / double(trees_.size()));
    }
  });
  return result;
}

}  // namespace unetsr::data
