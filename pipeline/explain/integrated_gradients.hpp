#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/console/progress.hpp"
#include "pipeline/explain/held_out_maps.hpp"

namespace unetsr::pipeline {

// Integrated gradients (Sundararajan, Taly, Yan 2017) of a map's sum over the held-out cells: what each channel of each
// cell x adds to it, against a baseline b where every channel has its training mean (0 after scaling) and the same
// cells are missing,
//
//   (x - b) integral from 0 to 1 of the gradient at b + a (x - b) da
//
// by the midpoint rule. The attributions add up to the sum at x less that at b (completeness).
struct Attributions {
  std::vector<std::string> channels;  // without `valid`, in which x and b agree
  std::vector<double> mean_absolute;  // of each channel: the sum of |attribution| over the held-out cells' number
  int64_t cells = 0;                  // held out
  double change = 0, attributed = 0;  // sum of the map at x less that at b, and sum of the attributions
  // Sum over the blocks of |attributed - change|, over the sum over the cells of |change|: 0 if the integral is exact.
  double gap = 0;
};

// Takes the attributions of a channel at a part of a window (whole rows, from north to south), mW m-2 sr-1 nm-1; NaN
// where an input is missing, and outside the test cells and their receptive field.
using TakeAttributions =
    std::function<void(int window, size_t channel, const data::Part&, std::span<const float> values)>;

// The map is that of the first of the run's inputs, or of all days. `steps`: of the midpoint rule. `block`: cells on
// the side of what is explained at once; the result does not depend on it, but for rounding. The attributions of one
// window lie in the store.
Attributions integrated_gradients(nn::Ensemble&, const HeldOutMaps&, int steps, int block, const data::ArrayStore&,
                                  const TakeAttributions&, const Output&);

// The channels that have attributions.
std::vector<std::string> attributed_channels(const Mapper&);

}  // namespace unetsr::pipeline
