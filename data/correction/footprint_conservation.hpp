#pragma once
#include <functional>
#include <span>
#include <vector>

#include "data/correction/map_error.hpp"
#include "data/footprints/sounding_cells.hpp"

// Corrects maps (windows, rows, columns; NaN is missing and stays so) to agree with the soundings within their errors.
namespace unetsr::data {

// Agreement of the maps' means over footprints with the soundings: differences (mean - sounding) in units of the
// sounding's error. NaN without soundings.
struct Agreement {
  double mean = 0;  // difference
  double chi2 = 0;  // mean of its square
};

struct FootprintFit {
  int64_t soundings = 0;  // as many as ScaledSoundings has
  Agreement before, after;
  double correction = 0;  // root mean square over the maps' cells, mW m-2 sr-1 nm-1
  // The share of the error that the correction leaves at each cell: 1 - h of each of its parts, where h is the share
  // that the soundings would find there of an error that is the same everywhere (the area of the averaging kernel:
  // Rodgers 2000, 3.1). 0..1; 1 where no sounding is near, or where no error was estimated.
  StoredArray<float> error_left;
  double typical_error_left = 1;  // its mean under the soundings
  bool found = true;              // the correction, to its tolerance; else the best so far
  double residual = 0;            // of its equations, as a share of the first
};

// To which share of the first the residual of the correction's equations falls: the map is within about 3e-5 of its
// range at the worst cell.
inline constexpr double posterior_tolerance = 1e-5;

// The posterior mean of the maps' relative error z (windows, rows, columns), given the soundings y (the chosen ones; no
// choice: all) with their errors R:
//   z = C A' (A C A' + R)^-1 (y - A 1)
// (A: means of map x (1 + z) over the present cells of footprints; C: the covariance of MapError), until the residual
// has fallen to `tolerance` of the first, or the best of a bounded number of steps (PosteriorSolver). It goes to 0
// where no sounding is near. All windows are solved together; beside the maps a few images of one window are held, some
// values a sounding, and dense matrices of tiles. The result is the same at any number of threads. `reached` is given
// the share that is done, and may throw to stop.
std::vector<float> posterior_error(
    std::span<const float> maps, const Grid&, const SoundingCells&, std::span<const uint8_t> chosen, const MapError&,
    double tolerance = posterior_tolerance, const ShareReached& reached = [](double) {});

// map x (1 + z) of that error; what is not above 0 stays as it is. Maps are read and written window by window. What is
// made of all soundings or windows lies in the store, but for about 75 bytes a sounding; the result does not depend on
// it.
void add_posterior_error(
    StoredSpan<float> maps, const Grid&, const SoundingCells&, std::span<const uint8_t> chosen, const MapError&,
    const ShareReached& reached = [](double) {}, const ArrayStore& = {}, double tolerance = posterior_tolerance);
// The same, with how well maps and soundings agree, and what is left of the error.
FootprintFit conserve_footprints(
    StoredSpan<float> maps, const Grid&, const SoundingCells&, std::span<const uint8_t> chosen, const MapError&,
    const ShareReached& reached = [](double) {}, const ArrayStore& = {});

}  // namespace unetsr::data
