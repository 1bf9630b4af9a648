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

constexpr int64_t least_to_fit = 50;

const std::vector<std::string> regression_bands = {"ndvi", "evi", "red", "nir"};

MapBaseline unfitted(std::string name, std::vector<std::string> bands, bool divides,
                     Map (*make)(const data::Dataset&)) {
  return {std::move(name), std::move(bands), FittedTo::nothing, divides,
          [make](const BaselineInputs& from) { return make(from.dataset); }};
}

MapBaseline fitted(std::string name, bool divides, Map (*make)(const data::Dataset&, const data::Mask&)) {
  return {std::move(name), regression_bands, FittedTo::coarse_cells, divides,
          [make](const BaselineInputs& from) { return make(from.dataset, from.training); }};
}

MapBaseline fitted_to_soundings(std::string name, std::vector<std::string> bands,
                                Map (*make)(const data::Dataset&, const data::SoundingCells&,
                                            std::span<const uint8_t>)) {
  return {std::move(name), std::move(bands), FittedTo::soundings, false,
          [make](const BaselineInputs& from) { return make(from.dataset, *from.soundings, from.training_soundings); }};
}

}  // namespace

std::vector<MapBaseline> map_baselines(const data::Dataset& dataset) {
  std::vector<MapBaseline> all = {
      unfitted("coarse", {}, true, data::downscale_nearest),
      unfitted("bilinear", {}, true, data::downscale_bilinear),
      unfitted("bicubic", {}, true, data::downscale_bicubic),
      unfitted("nirv", {"ndvi", "nir"}, false, data::downscale_nirv),
      unfitted("evi", {"evi"}, false, data::downscale_evi),
      fitted("linear-residual", false, data::downscale_linear),
      fitted("gwr-residual", false, data::downscale_gwr),
      fitted("trees-residual", false, data::downscale_trees),
      fitted("atprk", true, data::downscale_atprk),
      fitted_to_soundings("footprint-regression", regression_bands, data::downscale_footprint_regression),
      fitted_to_soundings("first-guess", {"ndvi", "nir"}, data::downscale_scaled_nirv)};
  const auto coarse_has = [&](const std::string& band) {
    return std::any_of(dataset.coarse_layers.begin(), dataset.coarse_layers.end(),
                       [&](const data::Layer& layer) { return layer.name == band; });
  };
  std::erase_if(all, [&](const MapBaseline& baseline) {
    return (baseline.divides && dataset.coarse_factor == 1) ||
           (baseline.fitted_to == FittedTo::soundings && dataset.soundings.size() == 0) ||
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

bool enough_to_fit(std::span<const uint8_t> training_soundings) {
  return std::count(training_soundings.begin(), training_soundings.end(), 1) >= least_to_fit;
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
