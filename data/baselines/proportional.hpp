#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"

// The coarse SIF shared out in proportion to an index of the vegetation: SIF(coarse) x index / index(coarse), both
// coarse fields interpolated bilinearly, so that no edges of coarse cells show. Returns (windows, rows, columns) on the
// fine grid, NaN where an input is missing.
namespace unetsr::data {

// NIRv = NDVI x NIR (Badgley et al. 2017; the way of Duveiller et al. 2020 with one index).
std::vector<float> downscale_nirv(const Dataset& granules);

// EVI (the family of Tian et al. 2019, who share out by EVI and light; light alone is left to the coarse SIF here).
std::vector<float> downscale_evi(const Dataset& granules);

}  // namespace unetsr::data
