#include "data/baselines/tsharp.hpp"

#include "data/baselines/regression_task.hpp"

namespace unetsr::data {

std::vector<float> downscale_linear(const Dataset& granules, const Mask& training) {
  const RegressionTask task(granules, training);
  return with_residual(regress(task, [&](size_t window) { return explain_linearly(task, window); }), granules);
}

}  // namespace unetsr::data
