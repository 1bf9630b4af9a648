#include "data/dataset/polygon_areas.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace unetsr::data {
namespace {

std::pair<int, int> range(std::span<const double> values, int count) {
  double low = values[0], high = low;
  for (const double v : values) low = std::min(low, v), high = std::max(high, v);
  return {int(std::clamp(std::floor(low), 0.0, double(count))), int(std::clamp(std::ceil(high), 0.0, double(count)))};
}

}  // namespace

void PolygonRows::lay(std::span<const double> x, std::span<const double> y, int rows, int columns) {
  double twice = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t k = i + 1 == x.size() ? 0 : i + 1;
    twice += (x[i] - x[0]) * (y[k] - y[0]) - (x[k] - x[0]) * (y[i] - y[0]);
  }
  area_ = std::abs(twice) / 2;
  // A side that goes down has the inside on its left: the sum to its right is negative.
  sign_ = twice > 0 ? -1 : 1;
  const auto [top, bottom] = range(y, rows);
  const auto [left, right] = range(x, columns);
  row_ = top, column_ = left, rows_ = bottom - top, columns_ = right - left;
  if (rows_ <= 0 || columns_ <= 0) rows_ = columns_ = 0;
  if (rows_ == 0) return;
  stride_ = size_t(columns_) + 1;  // one more column takes what begins right of the last
  cover_.assign(size_t(rows_) * stride_, 0);
  touched_.assign(size_t(rows_), {columns_ - 1, 0});
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t k = i + 1 == x.size() ? 0 : i + 1;
    add_side(x[i] - left, y[i] - top, x[k] - left, y[k] - top);
  }
}

// The side from (x0, y0) to (x1, y1), relative to the first square.
void PolygonRows::add_side(double x0, double y0, double x1, double y1) {
  if (y0 == y1) return;
  const double direction = y0 < y1 ? 1 : -1;
  if (y0 > y1) std::swap(x0, x1), std::swap(y0, y1);
  const double bottom = std::min(y1, double(rows_)), slope = (x1 - x0) / (y1 - y0);
  const double a_column = direction * (y1 - y0) / std::abs(x1 - x0);
  const double low = std::min(x0, x1), high = std::max(x0, x1);
  double from = std::max(y0, 0.0);
  if (from >= bottom) return;
  double xa = std::clamp(x0 + (from - y0) * slope, low, high);
  for (int r = int(from); from < bottom; ++r) {
    const double to = std::min(bottom, double(r + 1)), xb = std::clamp(x0 + (to - y0) * slope, low, high);
    add_in_row(r, std::min(xa, xb), std::max(xa, xb), direction * (to - from), a_column);
    from = to, xa = xb;
  }
}

// A piece of a side of `height` (signed) in one row, of which `a_column` lies in each column that it crosses.
void PolygonRows::add_in_row(int r, double left, double right, double height, double a_column) {
  double* const row = cover_.data() + size_t(r) * stride_;
  Range& touched = touched_[size_t(r)];
  const int first = left > 0 ? std::min(int(left), columns_ - 1) : 0;
  touched.first = std::min(touched.first, first);
  if (left >= columns_) {
    touched.last = columns_ - 1;
    return;
  }
  if (right <= 0) {
    row[0] += height;  // all of each square lies to the right
    return;
  }
  if (left >= 0 && right <= first + 1) {
    const double beside = height * ((left + right) / 2 - first);
    row[first] += height - beside, row[first + 1] += beside;
    touched.last = std::max(touched.last, first);
    return;
  }
  if (left < 0) row[0] -= left * a_column, left = 0;
  int c = first;
  for (; c < columns_; ++c) {
    const double to = std::min(right, double(c + 1)), h = (to - left) * a_column, beside = h * ((left + to) / 2 - c);
    row[c] += h - beside, row[c + 1] += beside;
    if (to == right) break;
    left = to;
  }
  touched.last = std::max(touched.last, std::min(c, columns_ - 1));
}

PolygonRows::Row PolygonRows::shares(int r) {
  const Range touched = touched_[size_t(r)];
  double* const row = cover_.data() + size_t(r) * stride_;
  double sum = 0;
  for (int c = touched.first; c <= touched.last; ++c) {
    sum += row[c];
    row[c] = std::clamp(sign_ * sum, 0.0, 1.0);
  }
  return {touched.first, {row + touched.first, size_t(std::max(touched.last - touched.first + 1, 0))}};
}

void polygon_areas(std::span<const double> x, std::span<const double> y, int rows, int columns, PolygonAreas& out) {
  thread_local PolygonRows polygon;
  polygon.lay(x, y, rows, columns);
  out.area = polygon.area(), out.row = polygon.row(), out.column = polygon.column();
  out.rows = polygon.rows(), out.columns = polygon.columns();
  out.shares.assign(size_t(out.rows) * size_t(out.columns), 0);
  for (int r = 0; r < out.rows; ++r) {
    const PolygonRows::Row row = polygon.shares(r);
    std::copy(row.shares.begin(), row.shares.end(), out.shares.begin() + std::ptrdiff_t(r) * out.columns + row.column);
  }
}

}  // namespace unetsr::data
