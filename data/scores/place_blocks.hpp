#pragma once
#include <cstdint>

namespace unetsr::data {

// Square blocks of a grid; a block is the same place in all windows.
struct PlaceBlocks {
  int rows = 0, columns = 0, size = 1;  // of the grid, and of a block's side, in cells

  int down() const { return (rows + size - 1) / size; }
  int across() const { return (columns + size - 1) / size; }
  int count() const { return down() * across(); }
  // Of a cell (window, row, column) by its number.
  int of(int64_t cell) const {
    const int64_t place = cell % (int64_t(rows) * columns);
    return int(place / columns / size) * across() + int(place % columns / size);
  }
};

}  // namespace unetsr::data
