#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset/grid.hpp"

namespace unetsr::data {

// For cells of a grid the cell of another one (row x columns + column) in which its centre lies; -1 where none does.
// Every centre is looked up by itself, so that it does not matter where a map is cut: the extent of the other grid on
// the map is not needed.
class NearestCells {
 public:
  // `crs`: of the grids to look in.
  NearestCells(const std::string& crs, const Grid& to);
  ~NearestCells();

  // Where the centres of a part of the grid lie in `crs`; none: nowhere.
  struct Extent {
    bool none = true;
    double left = 0, right = 0, low = 0, high = 0;
  };
  Extent extent_of(const Part&) const;
  // Whether a cell of `from` may be the nearest of one within the extent.
  bool may_meet(const Grid& from, const Extent&) const;

  // Of the part's cells, row by row. Throws Error for more than 2^31 - 1 cells in `from`.
  std::vector<int32_t> in(const Grid& from, const Part&) const;

 private:
  struct Maps;
  void locate(const Part&, int row, std::vector<double>& x, std::vector<double>& y) const;

  Grid to_;
  std::unique_ptr<Maps> maps_;
};

// Of all cells of `to`.
std::vector<int32_t> nearest_cells(const Grid& from, const Grid& to);

}  // namespace unetsr::data
