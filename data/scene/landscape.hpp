#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/geography/sinusoidal.hpp"
#include "data/scene/noise_field.hpp"
#include "data/scene/world.hpp"

// The land of a simulated scene: made-up country with the mix of a real one.
//   minnesota  fields of corn and soy, forest towards the north-east, grass towards the west, wetlands, lakes and
//   rivers
//              with sharp edges, towns
//   savanna    Central Africa: trees in grass, woodland, fields of 200 m around villages, evergreen forest towards the
//              south and along rivers, swamps
namespace unetsr::data {

enum class Cover : uint8_t {
  water,
  corn,
  soy,
  grass,
  forest,
  wetland,
  town,
  maize,
  sorghum,
  savanna,
  woodland,
  evergreen,
  swamp
};
inline constexpr int cover_count = 13;

// Those that a land has.
std::vector<Cover> covers_of(Land);
const char* cover_name(Cover);
// The class of the IGBP legend (1-17) that it falls into.
uint8_t igbp_class(Cover);

using CoverShares = std::array<float, cover_count>;  // of one cell, by Cover; they add up to 1

inline size_t cells_of(const Part& part) {
  return size_t(part.rows) * size_t(part.columns);
}

struct Landscape {
  Grid grid;                        // of the whole scene: sinusoidal, 1 km
  std::vector<CoverShares> shares;  // by cell of `part`
  Land land = Land::minnesota;
  Part part = whole(grid);  // the cells of the grid that are here
};

// The cover at a place. A function of place and seed alone, so that scenes of one seed are cut from one land.
Cover cover_at(MapPoint, uint64_t seed, Land);
// The covers of each cell are sampled at 3 x 3 places. A cell of a part is the same as that of the whole, bit for bit.
Landscape make_landscape(const Grid&, uint64_t seed, Land);
Landscape make_landscape(const Grid&, const Part&, uint64_t seed, Land);
// The patch of land under one management: a field, where there are fields.
Patch field_at(MapPoint, uint64_t seed, Land);
// The cover with the largest share.
Cover main_cover(const CoverShares&);

}  // namespace unetsr::data
