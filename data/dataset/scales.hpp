#pragma once
#include "data/dataset/dataset.hpp"
#include "data/dataset/dataset_file.hpp"

// A dataset of granules seen as datasets on one grid, with the layers that a network learns from and is applied to:
// sif (the coarse SIF, interpolated bilinearly), sif_error (its 1 sigma, likewise; fine_scale only), <band> and
// <band>_coarse (the band averaged like sif, interpolated likewise).
namespace unetsr::data {

// The fine grid, to which a network is applied. Also holds sif_fine, so that training on it is the paper's kind of
// training (everything gridded on the fine cells).
Dataset fine_scale(const Dataset& granules);

// A dataset of tables as one of granules, whose coarse cells lie around the fine ones, as many as these (coarse_factor
// 1): the layers sif and <band>_coarse make the coarse grid.
Dataset tables_as_granules(const Dataset& tables);

// The layers of granules that fine_scale makes layers of these names of.
LayerChoice granule_layers(const std::vector<std::string>& names);

// Wald's protocol (Wald, Ranchin, Mangolini 1997): everything one step coarser, where the answer is known. The coarse
// grid takes the place of the fine one (sif_fine is the coarse SIF, bands are averaged over the same footprints), and
// blocks of factor x factor coarse cells that of the coarse one.
Dataset wald_granules(const Dataset& granules, int factor);
// fine_scale of these.
Dataset wald_scale(const Dataset& granules, int factor);

}  // namespace unetsr::data
