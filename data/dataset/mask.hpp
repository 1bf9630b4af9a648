#pragma once
#include <cstdint>
#include <vector>

#include "kernels/view.hpp"

namespace unetsr::data {

// A choice of cells: one value a cell in the order (window, row, column), 1 where the cell is chosen, else 0.
using Mask = std::vector<uint8_t>;

// The cells of (windows, rows, columns, 1) that lie at most `reach` rows and columns from a chosen one of their window.
Mask grown(const Mask&, Shape, int reach);

}  // namespace unetsr::data
