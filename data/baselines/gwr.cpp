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

class Gwr : public FittedBaseline {
 public:
  Gwr(const Dataset& granules, const Mask& training) : task_(granules, training) {}

  std::vector<float> map(const BaselineWindow& w) const override {
    const LocalRegression fit(nirv_of(task_.coarse.view()), task_.sif, w.window, task_.usable,
                              task_.cells_of(w.window));
    std::vector<std::vector<float>> fine;
    for (const std::vector<float>& coefficient : fit.coefficients())
      fine.push_back(refine(coefficient, w.granules.shape(), w.granules.coarse_factor, Interpolation::bilinear));
    const FeatureStack bands = fine_bands(w.granules);
    Explained explained{fit.predict(nirv_of(task_.coarse_window(w.window)), fit.coefficients()),
                        fit.predict(nirv_of(bands.view()), fine)};
    return with_residual(task_, w.window, std::move(explained), w.granules);
  }

 private:
  RegressionTask task_;
};

}  // namespace

std::unique_ptr<FittedBaseline> local_downscaling(const Dataset& granules, const Mask& training) {
  return std::make_unique<Gwr>(granules, training);
}

}  // namespace unetsr::data
