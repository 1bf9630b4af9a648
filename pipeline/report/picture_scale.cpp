#include "pipeline/report/picture_scale.hpp"

#include <algorithm>

#include "data/dataset/resample.hpp"

namespace unetsr::pipeline {

PictureScale::PictureScale(const data::Grid& grid, size_t windows) : grid_(grid) {
  constexpr double most_values = 2e6;
  while (double(windows) * double(data::coarsened(grid, side_).cells()) > most_values) ++side_;
}

data::Grid PictureScale::grid() const {
  return side_ == 1 ? grid_ : data::coarsened(grid_, side_);
}

void PictureScale::append(std::span<const float> map, std::vector<float>& pictures) const {
  if (side_ == 1) {
    pictures.insert(pictures.end(), map.begin(), map.end());
    return;
  }
  const std::vector<float> means = data::block_mean(map, {1, grid_.rows, grid_.columns, 1}, side_);
  pictures.insert(pictures.end(), means.begin(), means.end());
}

data::Split PictureScale::split(const data::Split& split, int cells) const {
  const data::Grid own = grid();
  data::Split picture{split.description, split.windows, own.rows, own.columns, {}};
  const auto middle = [&](int block, int size) { return std::min(block * side_ + side_ / 2, size - 1) / cells; };
  for (int window = 0; window < split.windows; ++window)
    for (int row = 0; row < own.rows; ++row) {
      const size_t first =
          (size_t(window) * size_t(split.rows) + size_t(middle(row, grid_.rows))) * size_t(split.columns);
      for (int column = 0; column < own.columns; ++column)
        picture.roles.push_back(split.roles[first + size_t(middle(column, grid_.columns))]);
    }
  return picture;
}

}  // namespace unetsr::pipeline
