#include "data/downscaling.hpp"

#include <algorithm>
#include <cmath>

#include "data/features.hpp"
#include "data/linear_regression.hpp"
#include "data/resample.hpp"

namespace unetsr::data {
namespace {

std::vector<float> refined(const Dataset& granules, std::span<const float> coarse, Interpolation kind) {
  return refine(coarse, granules.shape(), granules.coarse_factor, kind);
}

const std::vector<std::string> regression_bands = {"ndvi", "evi", "red", "nir", "nirv"};

}  // namespace

std::vector<float> downscale_bilinear(const Dataset& granules) {
  return refined(granules, granules.coarse().values(coarse_layer), Interpolation::bilinear);
}

std::vector<float> downscale_bicubic(const Dataset& granules) {
  return refined(granules, granules.coarse().values(coarse_layer), Interpolation::bicubic);
}

std::vector<float> downscale_nirv(const Dataset& granules) {
  const std::vector<std::string> nirv = {"nirv"};
  const Dataset coarse = granules.coarse();
  const std::vector<float> fine = make_features(granules, nirv).values;
  const std::vector<float> mean = refined(granules, make_features(coarse, nirv).values, Interpolation::bilinear);
  std::vector<float> sif = refined(granules, coarse.values(coarse_layer), Interpolation::bilinear);
  // Over water both are near 0: their quotient is bounded by what the share of one cell can be.
  const float most = float(granules.coarse_factor * granules.coarse_factor);
  for (size_t i = 0; i < sif.size(); ++i) {
    const float share = mean[i] > 0.005f ? fine[i] / mean[i] : 1;
    sif[i] *= std::isnan(fine[i]) || std::isnan(mean[i]) ? std::nanf("") : std::clamp(share, -most, most);
  }
  return sif;
}

std::vector<float> downscale_linear(const Dataset& granules, const Mask& training) {
  const Dataset coarse = granules.coarse();
  const FeatureStack inputs = make_features(coarse, regression_bands);
  const std::span<const float> target = coarse.values(coarse_layer);
  const LinearRegression fit(inputs.view(), target, training);
  std::vector<float> residual = fit.predict(inputs.view());
  for (size_t i = 0; i < residual.size(); ++i) residual[i] = target[i] - residual[i];
  const std::vector<float> correction = refined(granules, residual, Interpolation::bilinear);
  std::vector<float> sif = fit.predict(make_features(granules, regression_bands).view());
  for (size_t i = 0; i < sif.size(); ++i) sif[i] += correction[i];
  return sif;
}

}  // namespace unetsr::data
