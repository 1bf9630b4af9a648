#pragma once
#include <optional>
#include <string>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"
#include "data/splits/split.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/train/train_options.hpp"

namespace unetsr::pipeline {

// The kinds of target, where a dataset has two grids.
//   footprints  the soundings themselves, at the fine cells (FootprintProtocol)
//   wald        the coarse SIF, seen one step coarser (Wald's protocol): nothing finer than the soundings is taken for
//               true
//   gridded     the soundings gridded on the fine cells, as the paper did it at 1 km
//   truth       the true SIF of a simulated scene: an upper bound for the others
// A dataset of tables has one grid, whose fine SIF is the answer: gridded.
Supervision default_supervision(const data::Dataset&);

// The dataset on the grid that training, and scores without a known truth, take place on. `factor` is Wald's; none:
// the dataset's coarse factor. Throws UsageError: other than gridded for tables.
data::Dataset training_grid(const data::Dataset&, Supervision, std::optional<int> factor);

// Whether cells are held out on the coarse grid; else on the fine one.
bool holds_out_coarse_cells(Supervision);

// The default correction of a run's maps: footprints where the run was trained on soundings, else none.
Conservation own_conservation(const ResolvedOptions&);

// The truth as a layer of the dataset of granules: `pattern` names a raster, {window} in it stands for each window's
// label. Throws Error where a raster is missing or lies elsewhere, UsageError for tables.
data::Layer truth_layer(const std::string& pattern, const data::Dataset& dataset);

// A choice of coarse cells (windows, rows, columns) as the fine cells in them.
data::Mask fine_mask(const data::Dataset& dataset, const data::Mask& coarse);
// The coarse cells all of whose fine cells are chosen.
data::Mask coarse_mask(const data::Dataset& dataset, const data::Mask& fine);
// The fine cells of a window that have a role in a split of fine cells, or of coarse ones.
data::Mask fine_cells(const data::Split&, data::Role, int window, const data::Dataset& header, bool of_coarse_cells);
// A split of the coarse cells as one of the fine cells in them.
data::Split fine_split(const data::Split& coarse, const data::Dataset& dataset);

}  // namespace unetsr::pipeline
