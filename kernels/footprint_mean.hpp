#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/queue.hpp"
#include "kernels/view.hpp"

// Weighted means of images over footprints: a sparse matrix, a row a footprint, a column a cell.
//
//   x, dx   (N, H, W, 1)    cells in the order of memory: (n H + i) W + j
//   y, dy   (S, 1, 1, 1)    S footprints
//
//   y(s)      = sum over cells p of w(s, p) x(p)
//   dx(p)     = sum over footprints s of w(s, p) dy(s)          (writes or adds)
//
// A sum goes in the order of the matrix, cell by cell or footprint by footprint: deterministic. Throws ShapeError.
namespace unetsr::kernels {

// A sparse matrix by rows: row r has the entries begin[r] .. begin[r + 1].
struct SparseRows {
  std::span<const int64_t> begin;  // rows + 1
  std::span<const int32_t> index;  // of the entry's column
  std::span<const float> weight;

  int64_t rows() const { return int64_t(begin.size()) - 1; }
};

// The same matrix in both orders, in the queue's memory (kernels/placed_footprints.hpp).
struct Footprints {
  SparseRows by_footprint, by_cell;
};

template <class T>
void footprint_mean(Queue&, const Footprints&, View<const T> x, View<T> y);
template <class T>
void footprint_mean_backward(Queue&, const Footprints&, View<const T> dy, View<T> dx, Into = Into::write);

// Owns a matrix that is filled footprint by footprint.
class FootprintMatrix {
 public:
  void clear();
  void add_entry(int32_t cell, float weight);  // to the current footprint; no cell twice
  void end_footprint();
  // After the last footprint: the other order, for images of `cells` cells. The view lasts until the next change.
  Footprints view(int64_t cells);
  int64_t footprints() const { return int64_t(begin_.size()) - 1; }

 private:
  std::vector<int64_t> begin_ = {0}, cell_begin_, cursor_;
  std::vector<int32_t> index_, cell_index_;
  std::vector<float> weight_, cell_weight_;
};

}  // namespace unetsr::kernels
