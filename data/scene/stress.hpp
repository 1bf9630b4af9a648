#pragma once
#include <cstdint>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/scene/landscape.hpp"
#include "data/scene/spectra.hpp"

namespace unetsr::data {

// The factor of SIF by cell, 1 in the mean: exp of a field of drought of 60 km plus
//   smooth   a field of 8 km
//   texture  minus texture_on()
//   fields   a normal number of each field (field_at), of all windows
std::vector<double> stress_on(const Landscape&, const std::vector<Reflectance>&, const Window&, uint64_t seed,
                              StressKind);

// How far it looks, in cells: in a part of a scene, cells so near to its rim are right only where that is the scene's.
inline constexpr int texture_reach = 3;
// How broken the land is around each cell, about 0 in the mean and 1 in its standard deviation: a weighted sum of the
// standard deviation of NIRv in 3 x 3 cells, how near the next cell of another main cover lies, and how many of 7 x 7
// cells have another main cover.
std::vector<double> texture_on(const Landscape&, const std::vector<Reflectance>&);

}  // namespace unetsr::data
