#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/geography/sinusoidal.hpp"

// The land of a simulated scene: made-up country with the mix of Minnesota and its neighbours. Fields of corn and soy,
// forest towards the north-east, grass towards the west, wetlands, lakes and rivers with sharp edges, towns.
namespace unetsr::data {

enum class Cover : uint8_t { water, corn, soy, grass, forest, wetland, town };
inline constexpr int cover_count = 7;

const char* cover_name(Cover);
// The class of the IGBP legend (1-17) that it falls into.
uint8_t igbp_class(Cover);

using CoverShares = std::array<float, cover_count>;  // of one cell, by Cover; they add up to 1

struct Landscape {
  Grid grid;                        // sinusoidal, 1 km
  std::vector<CoverShares> shares;  // by cell
};

// The cover at a place. A function of place and seed alone, so that scenes of one seed are cut from one land.
Cover cover_at(MapPoint, uint64_t seed);
// The covers of each cell are sampled at 3 x 3 places.
Landscape make_landscape(const Grid&, uint64_t seed);
// The cover with the largest share.
Cover main_cover(const CoverShares&);

}  // namespace unetsr::data
