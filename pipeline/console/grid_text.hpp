#pragma once
#include <string>

#include "data/dataset/grid.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::pipeline {

// "480 x 908 cells of 926.6 x 926.6 m (MODIS sinusoidal)"
std::string grid_text(const data::Grid&);

// "longitude -100.012 to -93.984, latitude 44.496 to 49.003 degrees" of the chosen cells; no choice: of all.
std::string extent_text(const data::Grid&, const data::Mask& region);

}  // namespace unetsr::pipeline
