#include "data/baselines/trees.hpp"

#include <algorithm>
#include <cmath>

#include "data/baselines/regression_task.hpp"
#include "data/dataset/resample.hpp"
#include "data/regression/regression_trees.hpp"

namespace unetsr::data {
namespace {

constexpr float most_homogeneous = 0.01f;  // a coefficient of variation below this is taken for it
constexpr double homogeneous_share = 0.8;

// The mean over the bands of standard deviation / |mean| of the fine cells in each coarse cell; NaN where missing.
std::vector<float> variation(const FeatureStack& fine, int factor) {
  const Shape shape{fine.windows, fine.rows, fine.columns, 1};
  const size_t bands = fine.names.size();
  std::vector<float> total(size_t(block_shape(shape, factor).size()), 0);
  std::vector<float> band(size_t(shape.size())), squares(band.size());
  for (size_t b = 0; b < bands; ++b) {
    for (size_t i = 0; i < band.size(); ++i) {
      band[i] = fine.values[i * bands + b];
      squares[i] = band[i] * band[i];
    }
    const std::vector<float> mean = block_mean(band, shape, factor), square = block_mean(squares, shape, factor);
    for (size_t i = 0; i < total.size(); ++i)
      total[i] += std::sqrt(std::max(0.0f, square[i] - mean[i] * mean[i])) / std::abs(mean[i]) / float(bands);
  }
  return total;
}

std::vector<float> weights_of(const Mask& cells, const std::vector<float>& variation) {
  std::vector<float> there;
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i] && !std::isnan(variation[i])) there.push_back(variation[i]);
  std::vector<float> weights(cells.size(), 0);
  if (there.empty()) return weights;
  const auto limit = there.begin() + std::ptrdiff_t(homogeneous_share * double(there.size() - 1));
  std::nth_element(there.begin(), limit, there.end());
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i] && variation[i] <= *limit) weights[i] = 1 / std::max(variation[i], most_homogeneous);
  return weights;
}

class Trees : public FittedBaseline {
 public:
  Trees(const Dataset& granules, const Mask& training) : task_(granules, training) {}

  void add(const BaselineWindow& w) override {
    const std::vector<float> own = variation(fine_bands(w.granules), w.granules.coarse_factor);
    variation_.insert(variation_.end(), own.begin(), own.end());
  }

  std::vector<float> map(const BaselineWindow& w) const override {
    const RegressionTrees trees(task_.coarse.view(), task_.sif, weights_of(task_.cells_of(w.window), variation_), 0);
    const FeatureStack fine = fine_bands(w.granules);
    Explained explained{trees.predict(task_.coarse_window(w.window)), trees.predict(fine.view())};
    return with_residual(task_, w.window, std::move(explained), w.granules);
  }

 private:
  RegressionTask task_;
  std::vector<float> variation_;  // of all coarse cells
};

}  // namespace

std::unique_ptr<FittedBaseline> tree_downscaling(const Dataset& granules, const Mask& training) {
  return std::make_unique<Trees>(granules, training);
}

}  // namespace unetsr::data
