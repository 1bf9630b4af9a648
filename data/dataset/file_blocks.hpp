#pragma once
#include <algorithm>
#include <cstdint>

#include "data/dataset/grid.hpp"

namespace unetsr::data {

// The squares of cells in which a dataset's file stores its layers: `side` x `side` cells, fewer at the end of the
// grid, counted row by row.
class FileBlocks {
 public:
  FileBlocks(const Grid& grid, int side)
      : rows_(grid.rows), columns_(grid.columns), side_(side), across_((grid.columns + side - 1) / side) {}

  int side() const { return side_; }
  int across() const { return across_; }
  int down() const { return (rows_ + side_ - 1) / side_; }
  int64_t count() const { return int64_t(across_) * down(); }
  Part part(int64_t block) const {
    const int row = int(block / across_) * side_, column = int(block % across_) * side_;
    return {row, column, std::min(side_, rows_ - row), std::min(side_, columns_ - column)};
  }
  int64_t at(int row, int column) const { return int64_t(row / side_) * across_ + column / side_; }

 private:
  int rows_, columns_, side_, across_;
};

// Of the fine grid: 256 cells, or the next number that a coarse cell's side divides. The coarse grid's blocks cover the
// same area. coarse_factor 0: there is no coarse grid.
inline FileBlocks fine_blocks(const Grid& fine, int coarse_factor) {
  constexpr int side = 256;
  const int factor = std::max(1, coarse_factor);
  return {fine, (side + factor - 1) / factor * factor};
}

inline FileBlocks coarse_blocks(const Grid& fine, int coarse_factor) {
  return {coarsened(fine, coarse_factor), fine_blocks(fine, coarse_factor).side() / coarse_factor};
}

}  // namespace unetsr::data
