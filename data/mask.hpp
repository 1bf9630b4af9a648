#pragma once
#include <cstdint>
#include <vector>

namespace unetsr::data {

// A choice of cells: one value a cell in the order (window, row, column), 1 where the cell is chosen, else 0.
using Mask = std::vector<uint8_t>;

}  // namespace unetsr::data
