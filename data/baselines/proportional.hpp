#pragma once
#include <vector>

#include "data/dataset/dataset.hpp"

// The coarse SIF distributed in proportion to a vegetation index: SIF(coarse) x index / index(coarse), both coarse
// fields interpolated bilinearly, so that the edges of coarse cells are not visible. Returns (windows, rows, columns)
// on the fine grid, NaN where an input is missing.
namespace unetsr::data {

// NIRv = NDVI x NIR (Badgley et al. 2017; the way of Duveiller et al. 2020 with one index).
std::vector<float> downscale_nirv(const Dataset& granules);

// EVI (after Tian et al. 2019, who distribute by EVI and light; here the coarse SIF alone accounts for light).
std::vector<float> downscale_evi(const Dataset& granules);

}  // namespace unetsr::data
