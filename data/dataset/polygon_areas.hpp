#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace unetsr::data {

// The areas that a polygon shares with the unit squares of a lattice, over the squares around it: a window of `rows` x
// `columns` squares from (row, column) on, which lies in the lattice.
struct PolygonAreas {
  int row = 0, column = 0, rows = 0, columns = 0;
  std::vector<double> shares;  // of the window's squares, each 0..1
  double area = 0;             // of the polygon, what lies off the lattice too

  double share(int r, int c) const { return shares[size_t(r) * size_t(columns) + size_t(c)]; }
};

// Square (r, c) of the lattice is r <= y <= r + 1, c <= x <= c + 1. The polygon's corners go around once, in either
// direction; it need not be convex. Exact but for rounding (some 1e-15 of the largest coordinate): each side's signed
// area to its right is added up, square by square (Green's theorem). The result's memory is used again.
void polygon_areas(std::span<const double> x, std::span<const double> y, int rows, int columns, PolygonAreas&);

}  // namespace unetsr::data
