#include "pipeline/baselines.hpp"

#include "data/features.hpp"
#include "data/linear_regression.hpp"

namespace unetsr::pipeline {

std::vector<Baseline> baseline_predictions(const data::Dataset& dataset, const data::Mask& training) {
  const std::span<const float> coarse = dataset.values(data::coarse_layer), target = dataset.values(data::target_layer);
  const std::vector<std::string> names = {"sif", "ndvi", "evi", "nir", "red"};
  const data::FeatureStack channels = data::make_features(dataset, names);
  const auto linear = [&](int neighbourhood) {
    return data::LinearRegression(channels.view(), target, training, neighbourhood).predict(channels.view());
  };
  return {{"coarse", {coarse.begin(), coarse.end()}}, {"linear", linear(1)}, {"linear-5x5", linear(5)}};
}

}  // namespace unetsr::pipeline
