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
  std::vector<float> error_left;
  double typical_error_left = 1;  // its mean under the soundings
};

// The posterior mean of the maps' relative error z (windows, rows, columns), given the soundings y (the chosen ones; no
// choice: all) with their errors R:
//   z = C A' (A C A' + R)^-1 (y - A 1)
// (A: means of map x (1 + z) over the present cells of footprints; C: the covariance of MapError), by conjugate
// gradients, until the residual has fallen to `tolerance` of the first. It goes to 0 where no sounding is near. All
// windows are solved at once, in 32 bytes a cell beside the maps; the result is the same at any number of threads.
// `reached` is given the share that is done, and may throw to stop. Throws Error where errors are so small that 1000
// steps do not suffice.
std::vector<double> posterior_error(
    std::span<const float> maps, const Grid&, const SoundingCells&, std::span<const uint8_t> chosen, const MapError&,
    double tolerance = 1e-5, const ShareReached& reached = [](double) {});

// map x (1 + z) of that error; what is not above 0 stays as it is.
FootprintFit conserve_footprints(
    std::span<float> maps, const Grid&, const SoundingCells&, std::span<const uint8_t> chosen, const MapError&,
    const ShareReached& reached = [](double) {});

}  // namespace unetsr::data
