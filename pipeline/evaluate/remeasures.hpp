#pragma once
#include <vector>

#include "pipeline/evaluate/map_scorer.hpp"
#include "pipeline/evaluate/window_soundings.hpp"

// What a window's map is compared with on larger footprints.
namespace unetsr::pipeline {

// The coarse SIF of blocks of factor x factor cells; `weights` of the fine cells, see data::remeasure_blocks.
Remeasure against_blocks(Shape fine, int factor, std::vector<float> coarse, std::vector<float> weights = {});
// The soundings of a window.
Remeasure against_soundings(const WindowSoundings&, int window, const data::FootprintEstimate&);

}  // namespace unetsr::pipeline
