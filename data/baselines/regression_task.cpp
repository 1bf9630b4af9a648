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
  fine = make_features(granules, bands);
  const std::span<const float> values = coarse_grid.values(coarse_layer);
  sif.assign(values.begin(), values.end());
  usable = coarse.present();
  for (size_t i = 0; i < usable.size(); ++i) usable[i] = usable[i] && training[i] && !std::isnan(sif[i]);
}

View<const float> RegressionTask::part(const FeatureStack& stack, size_t window) {
  const View<const float> all = stack.view();
  return {all.pixel(int(window), 0, 0), 1, all.h, all.w, all.c};
}

Mask RegressionTask::cells_of(size_t window) const {
  constexpr int64_t enough = 50;
  const auto cells = std::ptrdiff_t(coarse.rows) * coarse.columns, from = std::ptrdiff_t(window) * cells;
  Mask own(usable.size(), 0);
  std::copy_n(usable.begin() + from, cells, own.begin() + from);
  return std::count(own.begin(), own.end(), 1) >= enough ? own : usable;
}

Regressed regress(const RegressionTask& task, const std::function<Explained(size_t window)>& explain) {
  Regressed regressed{{}, task.sif};
  size_t cell = 0;
  for (size_t w = 0; w < task.windows(); ++w) {
    const Explained explained = explain(w);
    for (const float v : explained.coarse) regressed.residual[cell++] -= v;
    regressed.fine.insert(regressed.fine.end(), explained.fine.begin(), explained.fine.end());
  }
  return regressed;
}

Explained explain_linearly(const RegressionTask& task, size_t window) {
  const LinearRegression fit(task.coarse.view(), task.sif, task.cells_of(window));
  return {fit.predict(task.coarse_window(window)), fit.predict(task.fine_window(window))};
}

std::vector<float> with_residual(Regressed regressed, std::span<const float> correction) {
  for (size_t i = 0; i < correction.size(); ++i) regressed.fine[i] += correction[i];
  return regressed.fine;
}

std::vector<float> with_residual(Regressed regressed, const Dataset& granules) {
  const std::vector<float> correction =
      refine(regressed.residual, granules.shape(), granules.coarse_factor, Interpolation::bilinear);
  return with_residual(std::move(regressed), correction);
}

}  // namespace unetsr::data
