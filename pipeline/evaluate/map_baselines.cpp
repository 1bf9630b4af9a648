#include "pipeline/evaluate/map_baselines.hpp"

#include <algorithm>
#include <array>

#include "data/baselines/atprk.hpp"
#include "data/baselines/gwr.hpp"
#include "data/baselines/interpolation.hpp"
#include "data/baselines/proportional.hpp"
#include "data/baselines/trees.hpp"
#include "data/baselines/tsharp.hpp"

namespace unetsr::pipeline {
namespace {

using Map = std::vector<float>;

constexpr int64_t least_to_fit = 50;

MapBaseline unfitted(std::string name, std::vector<std::string> bands, bool divides,
                     Map (*make)(const data::Dataset&)) {
  return {std::move(name), std::move(bands), false, divides,
          [make](const data::Dataset& dataset, const data::Mask&) { return make(dataset); }};
}

MapBaseline fitted(std::string name, bool divides, Map (*make)(const data::Dataset&, const data::Mask&)) {
  return {std::move(name), {"ndvi", "evi", "red", "nir"}, true, divides, make};
}

}  // namespace

std::vector<MapBaseline> map_baselines(const data::Dataset& dataset) {
  std::vector<MapBaseline> all = {unfitted("coarse", {}, true, data::downscale_nearest),
                                  unfitted("bilinear", {}, true, data::downscale_bilinear),
                                  unfitted("bicubic", {}, true, data::downscale_bicubic),
                                  unfitted("nirv", {"ndvi", "nir"}, false, data::downscale_nirv),
                                  unfitted("evi", {"evi"}, false, data::downscale_evi),
                                  fitted("linear-residual", false, data::downscale_linear),
                                  fitted("gwr-residual", false, data::downscale_gwr),
                                  fitted("trees-residual", false, data::downscale_trees),
                                  fitted("atprk", true, data::downscale_atprk)};
  const auto coarse_has = [&](const std::string& band) {
    return std::any_of(dataset.coarse_layers.begin(), dataset.coarse_layers.end(),
                       [&](const data::Layer& layer) { return layer.name == band; });
  };
  std::erase_if(all, [&](const MapBaseline& baseline) {
    return (baseline.divides && dataset.coarse_factor == 1) ||
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

BaselineMaps::BaselineMaps(const data::Dataset& dataset) : granules_(dataset), baselines_(map_baselines(dataset)) {}

std::vector<BaselineMaps::Made> BaselineMaps::unfitted() {
  std::vector<Made> made;
  for (const MapBaseline& baseline : baselines_) {
    if (baseline.fits) continue;
    if (!unfitted_.contains(baseline.name)) unfitted_[baseline.name] = baseline.make(granules_, {});
    made.push_back({baseline.name, &unfitted_.at(baseline.name)});
  }
  return made;
}

std::vector<BaselineMaps::Made> BaselineMaps::of(const data::Mask& training) {
  std::vector<Made> made = unfitted();
  fitted_.clear();
  if (!enough_to_fit(granules_, training)) return made;
  for (const MapBaseline& baseline : baselines_)
    if (baseline.fits) {
      fitted_[baseline.name] = baseline.make(granules_, training);
      made.push_back({baseline.name, &fitted_.at(baseline.name)});
    }
  return made;
}

}  // namespace unetsr::pipeline
