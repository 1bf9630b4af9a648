#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/correction/ordered_bands.hpp"
#include "data/correction/scaled_soundings.hpp"

namespace unetsr::data {

// Nodes every `spacing` cells along rows and columns, around all cells.
struct NodeGrid {
  int rows = 0, columns = 0, spacing = 1;

  static NodeGrid around(int cell_rows, int cell_columns, int spacing);
  // Every `times`-th node, and what lies behind the last.
  NodeGrid coarser(int times) const;
  size_t nodes() const { return size_t(rows) * size_t(columns); }
};

// B = A P: what soundings see of an error that is known at nodes and linear between them. A few nodes a sounding, in a
// rectangle. Images of nodes have all windows after one another, and `padding` values more, which are read. What is
// read of the soundings is released window by window.
class NodeProducts {
 public:
  struct Rectangle {
    int32_t row = 0, column = 0;  // its first node
    uint16_t rows = 0, columns = 0;
    int32_t window = 0;
    int64_t first = 0;  // of the values, by rows

    size_t size() const { return size_t(rows) * size_t(columns); }
    Rectangle coarser(int times) const;
  };

  // About 100 bytes a sounding lie in the store.
  NodeProducts(const ScaledSoundings&, int spacing, const ArrayStore& = {});

  size_t size() const { return rectangles_.size(); }
  int windows() const { return windows_; }
  const NodeGrid& grid() const { return grid_; }
  int rows() const { return grid_.rows; }
  int columns() const { return grid_.columns; }
  int spacing() const { return grid_.spacing; }
  size_t nodes() const { return grid_.nodes(); }  // of a window
  static constexpr size_t padding = 8;
  std::vector<float> images() const { return std::vector<float>(size_t(windows_) * nodes() + padding, 0.0f); }

  const Rectangle& rectangle(size_t i) const { return rectangles_[i]; }
  // Of a row of the rectangle; `padding` more may be read.
  const float* values(const Rectangle& r, int row) const {
    return values_.data() + r.first + int64_t(row) * int64_t(r.columns);
  }
  // The products of sounding i at every `times`-th node: those of rectangle(i).coarser(times), by rows, are added to.
  void add_coarser(size_t i, int times, float* values) const;
  // images = B' z
  void spread(std::span<const float> z, std::vector<float>& images) const;
  // y += factor B images
  void gather(const std::vector<float>& images, float factor, std::span<float> y) const;
  void release() const { rectangles_.release(), values_.release(); }
  // An image of one window's nodes: 1 where a sounding of any window has a node in its rectangle, else 0.
  std::vector<float> seen() const;

 private:
  void find_rectangles(const ScaledSoundings&);
  void find_values(const ScaledSoundings&);
  void release(size_t first, size_t last) const;

  int windows_ = 0;
  NodeGrid grid_;
  std::vector<size_t> first_, last_;  // of each window's soundings, the last excluded
  StoredArray<Rectangle> rectangles_;
  StoredArray<float> values_;
  OrderedBands bands_;
};

// From an image of nodes to one of every `times`-th node, and back: P' and P of the linear interpolation between these.
void add_to_coarser(const float* image, const NodeGrid&, int times, float* coarser);
void add_interpolated(const float* coarser, const NodeGrid&, int times, float* image);

}  // namespace unetsr::data
