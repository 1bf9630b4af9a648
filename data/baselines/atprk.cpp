#include "data/baselines/atprk.hpp"

#include "data/baselines/regression_task.hpp"
#include "data/regression/area_to_point.hpp"

namespace unetsr::data {
namespace {

class Atprk : public FittedBaseline {
 public:
  Atprk(const Dataset& granules, const Mask& training) : task_(granules, training) {}

  std::vector<float> map(const BaselineWindow& w) const override {
    const FeatureStack fine = fine_bands(w.granules);
    Explained explained = explain_linearly(task_, w.window, fine.view());
    const std::vector<float> kriged =
        area_to_point(residual_of(task_, w.window, explained), w.granules.shape(), w.granules.coarse_factor);
    return with_correction(std::move(explained), kriged);
  }

 private:
  RegressionTask task_;
};

}  // namespace

std::unique_ptr<FittedBaseline> kriged_downscaling(const Dataset& granules, const Mask& training) {
  return std::make_unique<Atprk>(granules, training);
}

}  // namespace unetsr::data
