#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace unetsr::data {

// The areas that polygons share with the unit squares of a lattice, a polygon at a time. Square (r, c) is r <= y <= r +
// 1, c <= x <= c + 1. A polygon's corners go around once, in either direction; it need not be convex. Exact but for
// rounding (some 1e-15 of the largest coordinate): each side's signed area to its right is added up, square by square
// (Green's theorem). Memory is used again.
class PolygonRows {
 public:
  void lay(std::span<const double> x, std::span<const double> y, int rows, int columns);

  // The squares around the polygon, as far as they lie in the lattice.
  int row() const { return row_; }
  int column() const { return column_; }
  int rows() const { return rows_; }
  int columns() const { return columns_; }
  double area() const { return area_; }  // of the polygon, what lies off the lattice too

  // Of row r of these squares those that the polygon may touch, from `column` on (of these squares as well). To be
  // asked for once; valid until the next call of lay().
  struct Row {
    int column = 0;
    std::span<const double> shares;  // each 0..1
  };
  Row shares(int r);

 private:
  struct Range {
    int first, last;
  };
  void add_side(double x0, double y0, double x1, double y1);
  void add_in_row(int r, double left, double right, double height, double a_column);

  int row_ = 0, column_ = 0, rows_ = 0, columns_ = 0;
  size_t stride_ = 0;
  double area_ = 0, sign_ = 1;
  std::vector<double> cover_;   // differences along rows: a running sum from the left gives each square's share
  std::vector<Range> touched_;  // of each row
};

// The same, over the squares around a polygon: a window of `rows` x `columns` squares from (row, column) on.
struct PolygonAreas {
  int row = 0, column = 0, rows = 0, columns = 0;
  std::vector<double> shares;  // of the window's squares, each 0..1
  double area = 0;             // of the polygon, what lies off the lattice too

  double share(int r, int c) const { return shares[size_t(r) * size_t(columns) + size_t(c)]; }
};
void polygon_areas(std::span<const double> x, std::span<const double> y, int rows, int columns, PolygonAreas&);

}  // namespace unetsr::data
