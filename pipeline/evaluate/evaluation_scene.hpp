#pragma once
#include "data/dataset/dataset.hpp"
#include "data/footprints/footprint_estimate.hpp"
#include "pipeline/evaluate/map_scorer.hpp"
#include "pipeline/train/train.hpp"

namespace unetsr::pipeline {

// What maps are scored with against the fine SIF of `scored_grid`, a dataset on the grid that they are scored on (see
// training_grid). Maps are asked to give back: the soundings, where the grid is that of the fine cells and there are
// some; the coarse SIF of blocks, or, of tables, that of the 3 x 3 cells around each. `options` and footprints: of the
// runs. All has to outlive the result.
ScoredScene scored_scene(const data::Dataset& scored_grid, const data::Dataset& dataset, const ResolvedOptions& options,
                         const data::FootprintEstimate&);

// The dataset whose fine grid is that of `scored_grid`, and its coarse grid what maps on it are made from: what
// baselines (pipeline/evaluate/map_baselines.hpp) take.
data::Dataset granules_of_scale(const data::Dataset& dataset, const ResolvedOptions& options);

}  // namespace unetsr::pipeline
