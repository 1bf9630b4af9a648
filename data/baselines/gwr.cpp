#include "data/baselines/gwr.hpp"

#include "data/baselines/regression_task.hpp"
#include "data/dataset/resample.hpp"
#include "data/regression/local_regression.hpp"

namespace unetsr::data {
namespace {

// Few cells do not determine the coefficients of bands that are nearly collinear: errors that cancel on coarse cells do
// not cancel on fine ones (Wheeler, Tiefelsdorf 2005).
View<const float> nirv_of(View<const float> bands) {
  return bands.channels(bands.c - 1, 1);
}

}  // namespace

std::vector<float> downscale_gwr(const Dataset& granules, const Mask& training) {
  const RegressionTask task(granules, training);
  const Shape window_shape{1, granules.grid.rows, granules.grid.columns, 1};
  const auto explain = [&](size_t window) {
    const LocalRegression fit(nirv_of(task.coarse.view()), task.sif, int(window), task.usable, task.cells_of(window));
    std::vector<std::vector<float>> fine;
    for (const std::vector<float>& coefficient : fit.coefficients())
      fine.push_back(refine(coefficient, window_shape, granules.coarse_factor, Interpolation::bilinear));
    return Explained{fit.predict(nirv_of(task.coarse_window(window)), fit.coefficients()),
                     fit.predict(nirv_of(task.fine_window(window)), fine)};
  };
  return with_residual(regress(task, explain), granules);
}

}  // namespace unetsr::data
