#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/mask.hpp"

namespace unetsr::pipeline {

// A map of fine SIF from a dataset of granules without any network: what a network's map has to beat.
struct MapBaseline {
  std::string name;
  std::vector<std::string> bands;  // layers that it needs, fine and coarse
  bool fits = false;               // to the coarse cells of `training`
  std::function<std::vector<float>(const data::Dataset& granules, const data::Mask& training)> make;
};

// bilinear, bicubic   the coarse SIF interpolated (data/baselines/interpolation.hpp)
// nirv, evi           shared out in proportion to an index (data/baselines/proportional.hpp)
// linear-residual     a regression and its residual interpolated (data/baselines/tsharp.hpp)
// gwr-residual        the same with a regression around each cell (data/baselines/gwr.hpp)
// trees-residual      the same with bagged regression trees (data/baselines/trees.hpp)
// atprk               the regression and its residual kriged (data/baselines/atprk.hpp)
const std::vector<MapBaseline>& map_baselines();

}  // namespace unetsr::pipeline
