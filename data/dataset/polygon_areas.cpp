#include "data/dataset/polygon_areas.hpp"

#include <algorithm>
#include <cmath>

namespace unetsr::data {
namespace {

// The window's cover, as differences along its rows: a running sum from the left gives each square's share.
class Cover {
 public:
  explicit Cover(PolygonAreas& areas) : areas_(areas), stride_(size_t(areas.columns) + 1) {
    // One more column takes what begins right of the last.
    areas_.shares.assign(size_t(areas.rows) * stride_, 0);
  }

  // The side from (x0, y0) to (x1, y1), relative to the window.
  void add(double x0, double y0, double x1, double y1) {
    if (y0 == y1) return;
    const double direction = y0 < y1 ? 1 : -1;
    if (y0 > y1) std::swap(x0, x1), std::swap(y0, y1);
    const double slope = (x1 - x0) / (y1 - y0), top = std::max(y0, 0.0), bottom = std::min(y1, double(areas_.rows));
    for (int r = int(top); top < bottom && r < areas_.rows && r < bottom; ++r) {
      const double from = std::max(top, double(r)), to = std::min(bottom, double(r + 1));
      if (to <= from) continue;
      const double low = std::min(x0, x1), high = std::max(x0, x1);
      const double xa = std::clamp(x0 + (from - y0) * slope, low, high),
                   xb = std::clamp(x0 + (to - y0) * slope, low, high);
      add_in_row(size_t(r) * stride_, xa, xb, direction * (to - from));
    }
  }

  void finish(double sign) {
    for (int r = 0; r < areas_.rows; ++r) {
      double sum = 0;
      for (int c = 0; c < areas_.columns; ++c) {
        sum += areas_.shares[size_t(r) * stride_ + size_t(c)];
        areas_.shares[size_t(r) * size_t(areas_.columns) + size_t(c)] = std::clamp(sign * sum, 0.0, 1.0);
      }
    }
    areas_.shares.resize(size_t(areas_.rows) * size_t(areas_.columns));
  }

 private:
  // A piece of `height` (signed) in one row; column by column from left to right.
  void add_in_row(size_t row, double xa, double xb, double height) {
    const double left = std::min(xa, xb), right = std::max(xa, xb), width = right - left;
    if (left >= areas_.columns) return;
    const auto part = [&](double from, double to) { return width > 0 ? height * ((to - from) / width) : height; };
    if (left < 0) {
      const double end = std::min(right, 0.0);
      areas_.shares[row] += part(left, end);  // all of each square lies to the right
      if (right <= 0) return;
    }
    for (int c = std::max(0, int(left)); c < areas_.columns; ++c) {
      const double from = std::max(left, double(c)), to = std::min(right, double(c + 1));
      const double h = part(from, to), middle = (from + to) / 2 - c;
      areas_.shares[row + size_t(c)] += h * (1 - middle);
      areas_.shares[row + size_t(c) + 1] += h * middle;
      if (right <= c + 1) return;
    }
  }

  PolygonAreas& areas_;
  size_t stride_;
};

std::pair<int, int> range(std::span<const double> values, int count) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double first = std::clamp(std::floor(*low), 0.0, double(count)),
               last = std::clamp(std::ceil(*high), 0.0, double(count));
  return {int(first), int(last)};
}

}  // namespace

void polygon_areas(std::span<const double> x, std::span<const double> y, int rows, int columns, PolygonAreas& out) {
  double twice = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t k = i + 1 == x.size() ? 0 : i + 1;
    twice += (x[i] - x[0]) * (y[k] - y[0]) - (x[k] - x[0]) * (y[i] - y[0]);
  }
  out.area = std::abs(twice) / 2;
  const auto [top, bottom] = range(y, rows);
  const auto [left, right] = range(x, columns);
  out.row = top, out.column = left, out.rows = bottom - top, out.columns = right - left;
  if (out.rows <= 0 || out.columns <= 0) {
    out.rows = out.columns = 0;
    out.shares.clear();
    return;
  }
  Cover cover(out);
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t k = i + 1 == x.size() ? 0 : i + 1;
    cover.add(x[i] - left, y[i] - top, x[k] - left, y[k] - top);
  }
  // A side that goes down has the inside on its left: the sum to its right is negative.
  cover.finish(twice > 0 ? -1 : 1);
}

}  // namespace unetsr::data
