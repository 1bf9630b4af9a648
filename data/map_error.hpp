#pragma once
#include <span>

#include "data/sounding_cells.hpp"

namespace unetsr::data {

// What a map's error is taken to be before soundings are asked: normal, of mean 0, correlated over space as correlate()
// says.
struct MapError {
  double sigma = 0;   // mW m-2 sr-1 nm-1
  double length = 0;  // cells
};

// sigma for a length, from the differences of a window's soundings to the map (rows x columns, NaN is missing): least
// squares of their products, two soundings at a time, on what a sigma of 1 makes expected. No sounding goes with
// itself, so that errors of soundings that are told too large or too small do little harm. From the products is taken
// what the soundings' noise leaves in them where the map was made of their coarse SIF (blocks of factor x factor
// cells), by drawing such noise. 0 where the rest is no more than twice what chance makes.
MapError estimate_map_error(std::span<const float> map, const Grid&, int factor, const SoundingCells&, int window,
                            double length);

}  // namespace unetsr::data
