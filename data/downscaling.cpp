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

View<const float> window_of(const FeatureStack& stack, size_t window) {
  const View<const float> all = stack.view();
  return {all.pixel(int(window), 0, 0), 1, all.h, all.w, all.c};
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
  constexpr int64_t enough = 50;  // coarse cells to fit a window of its own on
  const Dataset coarse = granules.coarse();
  const FeatureStack inputs = make_features(coarse, regression_bands), fine = make_features(granules, regression_bands);
  const std::span<const float> target = coarse.values(coarse_layer);
  const size_t coarse_cells = size_t(coarse.grid.cells()), fine_cells = size_t(granules.grid.cells());
  Mask usable = inputs.present();
  for (size_t i = 0; i < usable.size(); ++i) usable[i] = usable[i] && training[i] && !std::isnan(target[i]);

  std::vector<float> residual(target.begin(), target.end()), sif;
  for (size_t w = 0; w < granules.windows.size(); ++w) {
    const auto first = usable.begin() + std::ptrdiff_t(w * coarse_cells);
    Mask own(usable.size(), 0);
    std::copy_n(first, coarse_cells, own.begin() + std::ptrdiff_t(w * coarse_cells));
    const bool by_window = std::count(own.begin(), own.end(), 1) >= enough;
    const LinearRegression fit(inputs.view(), target, by_window ? own : usable);
    const std::vector<float> explained = fit.predict(window_of(inputs, w)), detail = fit.predict(window_of(fine, w));
    for (size_t i = 0; i < coarse_cells; ++i) residual[w * coarse_cells + i] -= explained[i];
    sif.insert(sif.end(), detail.begin(), detail.begin() + std::ptrdiff_t(fine_cells));
  }
  const std::vector<float> correction = refined(granules, residual, Interpolation::bilinear);
  for (size_t i = 0; i < sif.size(); ++i) sif[i] += correction[i];
  return sif;
}

}  // namespace unetsr::data
