#include "pipeline/evaluate/map_baselines.hpp"

#include <algorithm>
#include <array>

#include "data/baselines/atprk.hpp"
#include "data/baselines/footprint_regression.hpp"
#include "data/baselines/gwr.hpp"
#include "data/baselines/interpolation.hpp"
#include "data/baselines/proportional.hpp"
#include "data/baselines/trees.hpp"
#include "data/baselines/tsharp.hpp"
#include "data/splits/overlap.hpp"

namespace unetsr::pipeline {
namespace {

using Map = std::vector<float>;

const std::vector<std::string> regression_bands = {"ndvi", "evi", "red", "nir"};

// What is fitted to nothing.
class Unfitted : public data::FittedBaseline {
 public:
  using Make = Map (*)(const data::Dataset&);
  explicit Unfitted(Make make) : make_(make) {}
  Map map(const data::BaselineWindow& w) const override { return make_(w.granules); }

 private:
  Make make_;
};

using Fit = std::unique_ptr<data::FittedBaseline> (*)(const data::Dataset&, const data::Mask&);
using FitToSoundings = std::unique_ptr<data::FittedBaseline> (*)();

MapBaseline unfitted(std::string name, std::vector<std::string> bands, bool divides, Unfitted::Make make) {
  return {std::move(name), std::move(bands), FittedTo::nothing, divides,
          [make](const data::Dataset&, const data::Mask&) { return std::make_unique<Unfitted>(make); }};
}

MapBaseline fitted(std::string name, bool divides, Fit fit) {
  return {std::move(name), regression_bands, FittedTo::coarse_cells, divides, fit};
}

MapBaseline fitted_to_soundings(std::string name, std::vector<std::string> bands, FitToSoundings fit) {
  return {std::move(name), std::move(bands), FittedTo::soundings, false,
          [fit](const data::Dataset&, const data::Mask&) { return fit(); }};
}

}  // namespace

std::vector<MapBaseline> map_baselines(const data::Dataset& dataset, bool with_soundings) {
  std::vector<MapBaseline> all = {
      unfitted("coarse", {}, true, data::downscale_nearest),
      unfitted("bilinear", {}, true, data::downscale_bilinear),
      unfitted("bicubic", {}, true, data::downscale_bicubic),
      unfitted("nirv", {"ndvi", "nir"}, false, data::downscale_nirv),
      unfitted("evi", {"evi"}, false, data::downscale_evi),
      fitted("linear-residual", false, data::linear_downscaling),
      fitted("gwr-residual", false, data::local_downscaling),
      fitted("trees-residual", false, data::tree_downscaling),
      fitted("atprk", true, data::kriged_downscaling),
      fitted_to_soundings("footprint-regression", regression_bands, data::footprint_regression),
      fitted_to_soundings("first-guess", {"ndvi", "nir"}, data::scaled_nirv)};
  const auto coarse_has = [&](const std::string& band) {
    return std::any_of(dataset.coarse_layers.begin(), dataset.coarse_layers.end(),
                       [&](const data::Layer& layer) { return layer.name == band; });
  };
  std::erase_if(all, [&](const MapBaseline& baseline) {
    return (baseline.divides && dataset.coarse_factor == 1) ||
           (baseline.fitted_to == FittedTo::soundings && !with_soundings) ||
           !std::all_of(baseline.bands.begin(), baseline.bands.end(),
                        [&](const std::string& band) { return dataset.has(band) && coarse_has(band); });
  });
  return all;
}

bool enough_to_fit(const data::Dataset& dataset, const data::Mask& training) {
  const data::Mask there = dataset.coarse().present(std::array{data::coarse_layer});
  int64_t cells = 0;
  for (size_t i = 0; i < training.size(); ++i) cells += training[i] && there[i];
  return cells >= least_to_fit;
}

std::vector<uint8_t> soundings_on(const data::SoundingCells& soundings, const data::Dataset& dataset,
                                  const data::Mask& coarse_cells) {
  data::Mask others = coarse_cells;
  for (uint8_t& cell : others) cell = !cell;
  std::vector<uint8_t> chosen = data::touching(soundings, others, dataset.coarse_factor, dataset.coarse_grid().rows);
  for (uint8_t& sounding : chosen) sounding = !sounding;
  return chosen;
}

}  // namespace unetsr::pipeline
