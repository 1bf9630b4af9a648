#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/correction/ordered_bands.hpp"
#include "data/correction/scaled_soundings.hpp"

namespace unetsr::data {

// B = A P: what soundings see of an error that is known at nodes, every `spacing` cells along rows and columns, and
// linear between them. A few nodes a sounding, in a rectangle. Images of nodes have all windows after one another, and
// `padding` values more, which are read.
class NodeProducts {
 public:
  struct Rectangle {
    int32_t row = 0, column = 0;  // its first node
    uint16_t rows = 0, columns = 0;
    int32_t window = 0;
    int64_t first = 0;  // of the values, by rows
  };

  NodeProducts(const ScaledSoundings&, int spacing);
  // The same at nodes `times` further apart. `one_window`: the nodes are those of all windows.
  NodeProducts coarser(int times, bool one_window = false) const;

  size_t size() const { return rectangles_.size(); }
  int windows() const { return windows_; }
  int rows() const { return rows_; }
  int columns() const { return columns_; }
  int spacing() const { return spacing_; }
  size_t nodes() const { return size_t(rows_) * size_t(columns_); }  // of a window
  static constexpr size_t padding = 8;
  std::vector<float> images() const { return std::vector<float>(size_t(windows_) * nodes() + padding, 0.0f); }

  const Rectangle& rectangle(size_t i) const { return rectangles_[i]; }
  // Of a row of the rectangle; `padding` more may be read.
  const float* values(const Rectangle& r, int row) const {
    return values_.data() + r.first + int64_t(row) * int64_t(r.columns);
  }
  // images = B' z
  void spread(std::span<const float> z, std::vector<float>& images) const;
  // y += factor B images
  void gather(const std::vector<float>& images, float factor, std::span<float> y) const;

 private:
  NodeProducts() = default;
  void make_room();
  void find_bands();

  int windows_ = 0, rows_ = 0, columns_ = 0, spacing_ = 1, cell_rows_ = 0, cell_columns_ = 0;
  std::vector<Rectangle> rectangles_;
  std::vector<float> values_;
  OrderedBands bands_;
};

}  // namespace unetsr::data
