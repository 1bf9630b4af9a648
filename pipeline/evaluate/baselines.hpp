#pragma once
#include <string>
#include <vector>

#include "data/dataset/dataset.hpp"
#include "data/dataset/mask.hpp"

namespace unetsr::pipeline {

// What a network has to beat. Each fits on the training cells alone.
struct Baseline {
  std::string name;
  std::vector<float> prediction;  // (windows, rows, columns), NaN where missing
};

// coarse      the coarse SIF unchanged
// linear      least squares on the cell's coarse SIF, its own bands and the coarse ones
// linear-5x5  least squares on the 5 x 5 neighbourhoods of coarse SIF and bands
// linear-7x7  least squares on the 7 x 7 neighbourhoods of coarse SIF and coarse bands: undoes part of the averaging
//             where coarse cells overlap
std::vector<Baseline> baseline_predictions(const data::Dataset&, const data::Mask& training);

}  // namespace unetsr::pipeline
