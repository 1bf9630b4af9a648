#pragma once
#include <functional>
#include <span>

#include "data/map_error.hpp"
#include "data/sounding_cells.hpp"

// A map of one window (rows x columns; NaN is missing and stays so) that gives the soundings back within their errors.
namespace unetsr::data {

// How a map's means over footprints agree with the soundings; differences (mean - sounding) in units of the sounding's
// error. NaN without soundings.
struct Agreement {
  double mean = 0;  // difference
  double chi2 = 0;  // mean of its square
};

struct FootprintFit {
  int64_t soundings = 0;  // as many as ScaledSoundings has
  Agreement before, after;
  double correction = 0;  // root mean square over the map's cells, mW m-2 sr-1 nm-1
};

// Adds the posterior mean of the map's error, given the soundings y with their errors R:
//   C A' (A C A' + R)^-1 (y - A map)
// (A: means over the present cells of footprints; C: the covariance of MapError), by conjugate gradients. It goes to 0
// where no sounding is near. The whole image at once, in 9 bytes a cell beside the map; the same at any number of
// threads. `each_step` may throw to stop. Throws Error where errors are so small that 1000 steps do not do.
FootprintFit conserve_footprints(
    std::span<float> map, const Grid&, const SoundingCells&, int window, const MapError&,
    const std::function<void()>& each_step = [] {});

}  // namespace unetsr::data
