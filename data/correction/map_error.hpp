#pragma once
#include <functional>
#include <span>
#include <vector>

#include "data/footprints/sounding_cells.hpp"

namespace unetsr::data {

// Called now and then with the share of a computation that is done, 0..1.
using ShareReached = std::function<void(double share)>;

// NaN stays NaN.
inline double positive(double sif) {
  return sif < 0 ? 0 : sif;
}

// The prior of a map's error, as a share of the map: the true SIF is map x (1 + z) where the map is above 0, where z is
// normal with mean 0 and its covariance is the sum of these parts. For example, vegetation under stress emits less SIF
// than its reflectance suggests, by a share that is correlated over space and partly shared by the windows.
struct MapError {
  struct Part {
    double length = 0;   // cells; the correlation over space is that of SpatialCorrelation
    double passing = 0;  // variance that each window has of its own
    double lasting = 0;  // variance that all windows share
  };
  std::vector<Part> parts;
};

// The assumptions about a map's error before it is estimated.
struct MapErrorModel {
  std::vector<double> lengths;  // cells
  // Blocks of so many cells whose coarse SIF, of the same soundings, the map was made of; 0: the map was made without
  // these soundings.
  int coarse_factor = 0;
};

// Maps and the soundings that their error is estimated from.
struct MapsOfSoundings {
  StoredSpan<const float> maps;
  const Grid& grid;
  const SoundingCells& soundings;
  std::span<const uint8_t> chosen = {};
};

// Estimates the variances for the model's lengths from the differences of soundings (the chosen ones; no choice: all)
// and maps (windows x rows x columns, NaN is missing): least squares of the products of two soundings' differences on
// their expectation under a variance of 1. Pairs of a sounding with itself are excluded, so a wrong error column does
// little harm. Where the map was made of the coarse SIF of these soundings, the contribution of their noise is
// subtracted from the products, as simulated by drawing such noise. Variances of no more than two standard errors,
// negative ones too, are omitted, the least certain first; so are lasting ones where there is one window. None is above
// 0.25. `reached` is given the share that is done, and may throw to stop. Some vectors of all soundings lie in the
// store.
MapError estimate_map_error(
    StoredSpan<const float> maps, const Grid&, const SoundingCells&, std::span<const uint8_t> chosen,
    const MapErrorModel&, const ShareReached& reached = [](double) {}, const ArrayStore& = {});

// One error of the maps of several areas, all of as many windows: no two soundings of different areas are paired. The
// same at any number of threads.
MapError estimate_map_error(std::span<const MapsOfSoundings>, const MapErrorModel&);

}  // namespace unetsr::data
