#include "data/baselines/gwr.hpp"

#include "data/baselines/regression_task.hpp"
#include "data/local_regression.hpp"
#include "data/resample.hpp"

namespace unetsr::data {

std::vector<float> downscale_gwr(const Dataset& granules, const Mask& training) {
  const RegressionTask task(granules, training);
  const Shape window_shape{1, granules.grid.rows, granules.grid.columns, 1};
  const auto explain = [&](size_t window) {
    const LocalRegression fit(task.coarse.view(), task.sif, int(window), task.usable, task.cells_of(window));
    std::vector<std::vector<float>> fine;
    for (const std::vector<float>& coefficient : fit.coefficients())
      fine.push_back(refine(coefficient, window_shape, granules.coarse_factor, Interpolation::bilinear));
    return Explained{fit.predict(task.coarse_window(window), fit.coefficients()),
                     fit.predict(task.fine_window(window), fine)};
  };
  return with_residual(regress(task, explain), granules);
}

}  // namespace unetsr::data
