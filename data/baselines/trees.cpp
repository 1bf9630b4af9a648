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

}  // namespace

std::vector<float> downscale_trees(const Dataset& granules, const Mask& training) {
  const RegressionTask task(granules, training);
  const std::vector<float> fine_variation = variation(task.fine, granules.coarse_factor);
  const auto explain = [&](size_t window) {
    const RegressionTrees trees(task.coarse.view(), task.sif, weights_of(task.cells_of(window), fine_variation), 0);
    return Explained{trees.predict(task.coarse_window(window)), trees.predict(task.fine_window(window))};
  };
  return with_residual(regress(task, explain), granules);
}

}  // namespace unetsr::data
