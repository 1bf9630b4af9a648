#pragma once
#include <cstdint>
#include <vector>

#include "data/dataset/stored_array.hpp"
#include "pipeline/fill/map_stack.hpp"

// Gaps where the value is known.
namespace unetsr::pipeline {

// The cells of each window (windows, rows, columns) that have a value where the gaps of a window drawn at random would
// lie, shifted by rows and columns drawn at random (around the edges of the grid): gaps of real shapes, in other
// places. Shifted again until they cover a hundredth of the window's values. `gaps`: the cells that are to be filled,
// at least one. No hazy cell is planted, and of more than one window none that has no value in another, planted ones
// omitted.
data::StoredArray<uint8_t> planted_gaps(const MapStack&, const data::StoredArray<uint8_t>& gaps, uint64_t seed,
                                        uint64_t draw);

// The role of a place's planted gaps: half of the grid's blocks train, a quarter each calibrates and checks.
enum class GapRole : uint8_t { train, calibrate, check };
std::vector<GapRole> roles_of_places(int rows, int columns, uint64_t seed);

}  // namespace unetsr::pipeline
