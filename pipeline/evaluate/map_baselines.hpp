#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::pipeline {

// A map of fine SIF from a dataset of granules without any network: what a network's map has to beat.
struct MapBaseline {
  std::string name;
  std::vector<std::string> bands;  // layers that it needs, fine and coarse
  bool fits = false;               // to the coarse cells of `training`
  bool divides = false;  // coarse SIF among fine cells: no baseline where coarse cells are no larger than fine ones
  std::function<std::vector<float>(const data::Dataset& dataset, const data::Mask& training)> make;
};

// coarse              the coarse SIF unchanged
// bilinear, bicubic   the coarse SIF interpolated (data/baselines/interpolation.hpp)
// nirv, evi           shared out in proportion to an index (data/baselines/proportional.hpp)
// linear-residual     a regression and its residual interpolated (data/baselines/tsharp.hpp)
// gwr-residual        the same with a regression around each cell (data/baselines/gwr.hpp)
// trees-residual      the same with bagged regression trees (data/baselines/trees.hpp)
// atprk               the regression and its residual kriged (data/baselines/atprk.hpp)
// Those of them that the dataset has the bands for.
std::vector<MapBaseline> map_baselines(const data::Dataset& dataset);

// Whether 50 of these coarse cells have SIF.
bool enough_to_fit(const data::Dataset& dataset, const data::Mask& training);

// Their maps of a dataset, split by split; what is not fitted is made once for all.
class BaselineMaps {
 public:
  // The dataset has to outlive this.
  explicit BaselineMaps(const data::Dataset& dataset);

  struct Made {
    std::string name;
    const std::vector<float>* map = nullptr;  // (windows, rows, columns) on the fine grid; until the next call
  };
  // Those that are not fitted to anything.
  std::vector<Made> unfitted();
  // All, fitted to these coarse cells alone; where they are too few, those that are not fitted.
  std::vector<Made> of(const data::Mask& training);

 private:
  const data::Dataset& granules_;
  std::vector<MapBaseline> baselines_;
  std::map<std::string, std::vector<float>> unfitted_, fitted_;
};

}  // namespace unetsr::pipeline
