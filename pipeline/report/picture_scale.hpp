#pragma once
#include <span>
#include <vector>

#include "data/dataset/grid.hpp"
#include "data/splits/split.hpp"

namespace unetsr::pipeline {

// The maps that a report page draws: as they are, or of a large scene means over blocks of cells.
class PictureScale {
 public:
  // The least side of a block at which the maps of all windows have no more than two million values.
  PictureScale(const data::Grid&, size_t windows);

  int side() const { return side_; }
  data::Grid grid() const;
  // Adds a window's map (rows, columns of the fine grid).
  void append(std::span<const float> map, std::vector<float>& pictures) const;
  // A split of fine cells, or of coarse ones of `cells` a side: of each block the role of the cell in its middle.
  data::Split split(const data::Split&, int cells) const;

 private:
  data::Grid grid_;
  int side_ = 1;
};

}  // namespace unetsr::pipeline
