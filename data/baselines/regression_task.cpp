#include "data/baselines/regression_task.hpp"

#include <algorithm>
#include <cmath>

#include "data/dataset/resample.hpp"
#include "data/regression/linear_regression.hpp"

namespace unetsr::data {
namespace {

const std::vector<std::string> bands = {"ndvi", "evi", "red", "nir", "nirv"};

}  // namespace

RegressionTask::RegressionTask(const Dataset& granules, const Mask& training) {
  const Dataset coarse_grid = granules.coarse();
  coarse = make_features(coarse_grid, bands);
  const std::span<const float> values = coarse_grid.values(coarse_layer);
  sif.assign(values.begin(), values.end());
  usable = coarse.present();
  for (size_t i = 0; i < usable.size(); ++i) usable[i] = usable[i] && training[i] && !std::isnan(sif[i]);
}

View<const float> RegressionTask::coarse_window(int window) const {
  const View<const float> all = coarse.view();
  return {all.pixel(window, 0, 0), 1, all.h, all.w, all.c};
}

Mask RegressionTask::cells_of(int window) const {
  constexpr int64_t enough = 50;
  const auto cells = std::ptrdiff_t(coarse.rows) * coarse.columns, from = std::ptrdiff_t(window) * cells;
  Mask own(usable.size(), 0);
  std::copy_n(usable.begin() + from, cells, own.begin() + from);
  return std::count(own.begin(), own.end(), 1) >= enough ? own : usable;
}

FeatureStack fine_bands(const Dataset& granules) {
  return make_features(granules, bands);
}

Explained explain_linearly(const RegressionTask& task, int window, View<const float> fine_bands) {
  const LinearRegression fit(task.coarse.view(), task.sif, task.cells_of(window));
  return {fit.predict(task.coarse_window(window)), fit.predict(fine_bands)};
}

std::vector<float> residual_of(const RegressionTask& task, int window, const Explained& explained) {
  const size_t cells = explained.coarse.size();
  std::vector<float> residual(cells);
  for (size_t i = 0; i < cells; ++i) residual[i] = task.sif[size_t(window) * cells + i] - explained.coarse[i];
  return residual;
}

std::vector<float> with_correction(Explained explained, std::span<const float> correction) {
  for (size_t i = 0; i < correction.size(); ++i) explained.fine[i] += correction[i];
  return std::move(explained.fine);
}

std::vector<float> with_residual(const RegressionTask& task, int window, Explained explained, const Dataset& granules) {
  const std::vector<float> correction =
      refine(residual_of(task, window, explained), granules.shape(), granules.coarse_factor, Interpolation::bilinear);
  return with_correction(std::move(explained), correction);
}

}  // namespace unetsr::data
