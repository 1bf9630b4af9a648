#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/console/output.hpp"

// The last word of a training: the trained map beside those that need no training.
namespace unetsr::pipeline {

struct ValidatedMap {
  std::string name;  // "the coarse SIF, unchanged"
  std::vector<float> predicted;
};

// Prints the RMSE (mW m-2 sr-1 nm-1) of maps on the values that validate, and warns of each map that the trained one,
// the first, is not better than. Values where a map is missing are scored for none; but a map that is missing in more
// than half of them is omitted. `noise_variance`: of each value; empty: not known. Fewer than two values: prints
// nothing. `values`: "soundings" or "cells".
void print_last_word(std::span<const float> measured, std::vector<ValidatedMap> maps,
                     std::span<const double> noise_variance, const std::string& values, const Output&);

}  // namespace unetsr::pipeline
