#include "pipeline/evaluate/baselines.hpp"

#include "data/features/features.hpp"
#include "data/regression/linear_regression.hpp"

namespace unetsr::pipeline {

std::vector<Baseline> baseline_predictions(const data::Dataset& dataset, const data::Mask& training) {
  const std::span<const float> coarse = dataset.values(data::coarse_layer), target = dataset.values(data::target_layer);
  const auto linear = [&](const std::vector<std::string>& names, int neighbourhood) {
    const data::FeatureStack channels = data::make_features(dataset, names);
    return data::LinearRegression(channels.view(), target, training, neighbourhood).predict(channels.view());
  };
  return {{"coarse", {coarse.begin(), coarse.end()}},
          {"linear",
           linear({"sif", "ndvi", "evi", "nir", "red", "ndvi_coarse", "evi_coarse", "nir_coarse", "red_coarse"}, 1)},
          {"linear-5x5", linear({"sif", "ndvi", "evi", "nir", "red"}, 5)},
          {"linear-7x7", linear({"sif", "ndvi_coarse", "evi_coarse", "nir_coarse"}, 7)}};
}

}  // namespace unetsr::pipeline
