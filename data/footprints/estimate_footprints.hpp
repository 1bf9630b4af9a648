#pragma once
#include <span>
#include <vector>

#include "data/footprints/sounding_cells.hpp"

namespace unetsr::data {

// What the SIF under a clear sky follows from at the fine cells: (windows, rows, columns, count) values, NaN where
// missing.
struct Predictors {
  std::span<const float> values;
  int count = 0;
};

// Where and how widely the chosen soundings were measured. Each is modelled as its clear share (SoundingCells) times
// the mean over its response of a linear combination of the predictors, plus noise. Combination, width and
// displacements are found by Gauss-Newton steps with the derivatives of the response (data/footprints/response.hpp).
//
// Displacements of the orbits are normal, with a variance that maximises the likelihood of their least squares
// estimates; an orbit's displacement is its posterior mean. Mean and variance are 0 where they do not differ from 0 by
// three standard errors, the mean also where it is below 0.1 km. The response is the box of the corners unless the
// width is above 0.9, at which a soft response has the variance of the box across the track, by three standard errors,
// and describes the soundings better. Errors of the combination are correlated between soundings: standard errors are
// those of sums over squares of 32 cells. The same at any number of threads.
//
// `delivered`: the cells of the dataset's soundings without an estimate. `chosen`: marks these.
FootprintEstimate estimate_footprints(const Dataset&, const SoundingCells& delivered,
                                      const std::vector<uint8_t>& chosen, double cloud_shielding, const Predictors&);

// The same from the soundings of several areas, whose predictors are the same.
struct AreaOfFootprints {
  const Dataset& dataset;
  const SoundingCells& delivered;
  const std::vector<uint8_t>& chosen;
  Predictors predictors;
};
FootprintEstimate estimate_footprints(std::span<const AreaOfFootprints>, double cloud_shielding);

}  // namespace unetsr::data
