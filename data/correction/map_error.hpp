#pragma once
#include <functional>
#include <span>
#include <vector>

#include "data/footprints/sounding_cells.hpp"
#include "kernels/view.hpp"

namespace unetsr::data {

// NaN stays NaN.
inline double positive(double sif) {
  return sif < 0 ? 0 : sif;
}

// What the error of maps is taken to be before soundings are asked, in shares of the map: the true SIF is
// map x (1 + z) where the map is above 0, z normal, of mean 0, its covariance the sum of these parts. Vegetation under
// stress, say, gives less SIF than its looks promise, by a share that is alike nearby and in part from window to
// window.
struct MapError {
  struct Part {
    double length = 0;   // cells; correlated over space as correlate() says
    double passing = 0;  // variance of what each window has of its own
    double lasting = 0;  // variance of what all windows share
  };
  std::vector<Part> parts;
};

// An image (windows, rows, columns) becomes its covariances C image.
void covary(const MapError&, Shape, std::vector<double>& image);

// A map's error as it is to be told.
struct MapErrorModel {
  std::vector<double> lengths;  // cells
  // Blocks of so many cells whose coarse SIF, of the same soundings, the map was made of; 0: the map was made without
  // these soundings.
  int coarse_factor = 0;
};

// Variances for the model's lengths, from the differences of soundings (the chosen ones; no choice: all) to maps
// (windows x rows x columns, NaN is missing): least squares of their products, two soundings at a time, on what a
// variance of 1 makes expected. No sounding goes with itself, so that errors of soundings that are told too large or
// too small do little harm. Where the map was made of their coarse SIF, the products lose what the soundings' noise
// leaves in them, by drawing such noise. Variances no larger than twice what chance makes are left out, the least
// certain first; so are negative ones, and what is lasting of one window. None is above 0.25. `each_step` may throw to
// stop.
MapError estimate_map_error(
    std::span<const float> maps, const Grid&, const SoundingCells&, std::span<const uint8_t> chosen,
    const MapErrorModel&, const std::function<void()>& each_step = [] {});

}  // namespace unetsr::data
