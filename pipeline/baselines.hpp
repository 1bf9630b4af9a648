#pragma once
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/mask.hpp"

namespace unetsr::pipeline {

// What a network has to beat. Each fits on the training cells alone.
struct Baseline {
  std::string name;
  std::vector<float> prediction;  // (windows, rows, columns), NaN where missing
};

// coarse      the coarse SIF unchanged
// linear      least squares on the cell's coarse SIF and bands
// linear-5x5  least squares on the 5 x 5 neighbourhoods of the same
std::vector<Baseline> baseline_predictions(const data::Dataset&, const data::Mask& training);

}  // namespace unetsr::pipeline
