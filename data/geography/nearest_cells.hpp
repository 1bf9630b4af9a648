#pragma once
#include <cstdint>
#include <vector>

#include "data/dataset/grid.hpp"

namespace unetsr::data {

// For each cell of `to` the cell of `from` (row x columns + column) in which its centre lies; -1 where none does. Every
// centre is looked up by itself, so that it does not matter where a map is cut: the extent of `from` on the other map
// is not needed. Throws Error for more than 2^31 - 1 cells in `from`.
std::vector<int32_t> nearest_cells(const Grid& from, const Grid& to);

}  // namespace unetsr::data
