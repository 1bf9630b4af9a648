#include "data/baselines/atprk.hpp"

#include "data/baselines/regression_task.hpp"
#include "data/regression/area_to_point.hpp"

namespace unetsr::data {

std::vector<float> downscale_atprk(const Dataset& granules, const Mask& training) {
  const RegressionTask task(granules, training);
  Regressed regressed = regress(task, [&](size_t window) { return explain_linearly(task, window); });
  return with_residual(regressed, area_to_point(regressed.residual, granules.shape(), granules.coarse_factor));
}

}  // namespace unetsr::data
