#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/baselines/baseline_bands.hpp"
#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"
#include "data/footprints/sounding_cells.hpp"

namespace unetsr::pipeline {

enum class FittedTo { nothing, coarse_cells, soundings };

// What a baseline's map is made from.
struct BaselineInputs {
  const data::Dataset& dataset;  // bands and coarse SIF
  const data::Mask& training;    // the coarse cells to fit to
  // Of those fitted to soundings: these, corrected for clouds, and which to fit to.
  const data::SoundingCells* soundings = nullptr;
  std::span<const uint8_t> training_soundings = {};
};

// A map of fine SIF from a dataset of granules without any network: what a network's map has to beat.
struct MapBaseline {
  std::string name;
  std::vector<std::string> bands;  // layers that it needs, fine and coarse
  FittedTo fitted_to = FittedTo::nothing;
  bool divides = false;  // coarse SIF among fine cells: no baseline where coarse cells are no larger than fine ones
  std::function<std::vector<float>(const BaselineInputs&)> make;

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
// Those of them that the dataset has the bands, and the soundings, for.
std::vector<MapBaseline> map_baselines(const data::Dataset& dataset);

// Whether 50 of these coarse cells have SIF.
bool enough_to_fit(const data::Dataset& dataset, const data::Mask& training);

// Whether they are 50 soundings.
bool enough_to_fit(std::span<const uint8_t> training_soundings);

// The soundings whose footprints lie wholly on these coarse cells.
std::vector<uint8_t> soundings_on(const data::SoundingCells&, const data::Dataset&, const data::Mask& coarse_cells);

}  // namespace unetsr::pipeline
