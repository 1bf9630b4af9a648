#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/baselines/fitted_baseline.hpp"
#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"
#include "data/footprints/sounding_cells.hpp"

namespace unetsr::pipeline {

enum class FittedTo { nothing, coarse_cells, soundings };

// A map of fine SIF from a dataset of granules without any network: what a network's map has to beat.
struct MapBaseline {
  std::string name;
  std::vector<std::string> bands;  // layers that it needs, fine and coarse
  FittedTo fitted_to = FittedTo::nothing;
  bool divides = false;  // coarse SIF among fine cells: no baseline where coarse cells are no larger than fine ones
  // granules: the coarse layers of all windows; training: the coarse cells to fit to.
  std::function<std::unique_ptr<data::FittedBaseline>(const data::Dataset& granules, const data::Mask& training)> fit;

  // Else its map depends on the bands alone, and shows a clear sky.
  bool of_coarse_sif() const { return fitted_to != FittedTo::soundings; }
};

// coarse              the coarse SIF unchanged
// bilinear, bicubic   the coarse SIF interpolated (data/baselines/interpolation.hpp)
// nirv, evi           shared out in proportion to an index (data/baselines/proportional.hpp)
// linear-residual     a regression and its residual interpolated (data/baselines/tsharp.hpp)
// gwr-residual        the same with a regression around each cell (data/baselines/gwr.hpp)
// trees-residual      the same with bagged regression trees (data/baselines/trees.hpp)
// atprk               the regression and its residual kriged (data/baselines/atprk.hpp)
// footprint-regression, first-guess
//                     a regression on bands, and NIRv times a factor, both fitted to single soundings
//                     (data/baselines/footprint_regression.hpp)
// Those of them that granules (of their layers the names are enough) have the bands for.
std::vector<MapBaseline> map_baselines(const data::Dataset& granules, bool with_soundings);

inline constexpr int64_t least_to_fit = 50;  // coarse cells with SIF, or soundings

// Whether so many of these coarse cells have SIF.
bool enough_to_fit(const data::Dataset& dataset, const data::Mask& training);

// The soundings whose footprints lie wholly on these coarse cells.
std::vector<uint8_t> soundings_on(const data::SoundingCells&, const data::Dataset&, const data::Mask& coarse_cells);

}  // namespace unetsr::pipeline
