#include "data/baselines/tsharp.hpp"

#include "data/baselines/regression_task.hpp"

namespace unetsr::data {
namespace {

class Tsharp : public FittedBaseline {
 public:
  Tsharp(const Dataset& granules, const Mask& training) : task_(granules, training) {}

  std::vector<float> map(const BaselineWindow& w) const override {
    const FeatureStack fine = fine_bands(w.granules);
    return with_residual(task_, w.window, explain_linearly(task_, w.window, fine.view()), w.granules);
  }

 private:
  RegressionTask task_;
};

}  // namespace

std::unique_ptr<FittedBaseline> linear_downscaling(const Dataset& granules, const Mask& training) {
  return std::make_unique<Tsharp>(granules, training);
}

}  // namespace unetsr::data
