#include "pipeline/map_baselines.hpp"

#include "data/baselines/atprk.hpp"
#include "data/baselines/gwr.hpp"
#include "data/baselines/interpolation.hpp"
#include "data/baselines/proportional.hpp"
#include "data/baselines/trees.hpp"
#include "data/baselines/tsharp.hpp"

namespace unetsr::pipeline {
namespace {

using Map = std::vector<float>;

MapBaseline unfitted(std::string name, std::vector<std::string> bands, Map (*make)(const data::Dataset&)) {
  return {std::move(name), std::move(bands), false,
          [make](const data::Dataset& granules, const data::Mask&) { return make(granules); }};
}

MapBaseline fitted(std::string name, Map (*make)(const data::Dataset&, const data::Mask&)) {
  return {std::move(name), {"ndvi", "evi", "red", "nir"}, true, make};
}

}  // namespace

const std::vector<MapBaseline>& map_baselines() {
  static const std::vector<MapBaseline> all = {
      unfitted("bilinear", {}, data::downscale_bilinear),      unfitted("bicubic", {}, data::downscale_bicubic),
      unfitted("nirv", {"ndvi", "nir"}, data::downscale_nirv), unfitted("evi", {"evi"}, data::downscale_evi),
      fitted("linear-residual", data::downscale_linear),       fitted("gwr-residual", data::downscale_gwr),
      fitted("trees-residual", data::downscale_trees),         fitted("atprk", data::downscale_atprk)};
  return all;
}

}  // namespace unetsr::pipeline
