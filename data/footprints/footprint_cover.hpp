#pragma once
#include <cstdint>
#include <vector>

#include "data/dataset/file_blocks.hpp"
#include "data/footprints/footprint.hpp"
#include "data/footprints/gridding.hpp"

namespace unetsr::data {

// Where a sounding lies on a grid.
struct FootprintCover {
  Placement placement = Placement::outside;
  Part cells;                   // around all that the footprint covers; nothing unless inside
  std::vector<int64_t> blocks;  // those in which the sounding is gridded, rising
};

// `inside` as WindowGridder counts it.
FootprintCover cover_of(const FootprintPlacer&, GriddingMethod, const FileBlocks&, const Soundings&, size_t i);

}  // namespace unetsr::data
