#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "data/dataset/polygon_areas.hpp"
#include "data/footprints/footprint.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

struct Point {
  double x, y;
};
using Polygon = std::vector<Point>;

// What of a convex polygon lies where sign x (p[axis] - limit) >= 0 (Sutherland and Hodgman 1974).
template <double Point::*axis>
Polygon cut(const Polygon& polygon, double limit, double sign) {
  Polygon result;
  for (size_t i = 0; i < polygon.size(); ++i) {
    const Point a = polygon[i], b = polygon[(i + 1) % polygon.size()];
    const double da = sign * (a.*axis - limit), db = sign * (b.*axis - limit);
    if (da >= 0) result.push_back(a);
    if ((da > 0 && db < 0) || (da < 0 && db > 0)) {
      const double t = da / (da - db);
      result.push_back({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
    }
  }
  return result;
}

double area(const Polygon& p) {
  double twice = 0;
  for (size_t i = 1; i + 1 < p.size(); ++i)
    twice += (p[i].x - p[0].x) * (p[i + 1].y - p[0].y) - (p[i + 1].x - p[0].x) * (p[i].y - p[0].y);
  return std::abs(twice) / 2;
}

// Square by square, where the corners go around the middle in any order.
std::vector<double> clipped(const Outline& q, int rows, int columns) {
  const double x = (q.x[0] + q.x[1] + q.x[2] + q.x[3]) / 4, y = (q.y[0] + q.y[1] + q.y[2] + q.y[3]) / 4;
  Polygon whole;
  for (size_t k = 0; k < 4; ++k) whole.push_back({q.x[k], q.y[k]});
  std::sort(whole.begin(), whole.end(), [&](const Point& a, const Point& b) {
    return std::atan2(a.y - y, a.x - x) < std::atan2(b.y - y, b.x - x);
  });
  std::vector<double> shares;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      shares.push_back(area(
          cut<&Point::x>(cut<&Point::x>(cut<&Point::y>(cut<&Point::y>(whole, r, 1), r + 1, -1), c, 1), c + 1, -1)));
  return shares;
}

}  // namespace

TEST_CASE("A triangle's shares by hand, in both directions around") {
  PolygonAreas areas;
  const std::array<double, 3> x = {1, 3, 1}, y = {0, 0, 2}, back_x = {1, 1, 3}, back_y = {0, 2, 0};
  for (const bool back : {false, true}) {
    polygon_areas(back ? back_x : x, back ? back_y : y, 5, 5, areas);
    CHECK(areas.row == 0);
    CHECK(areas.column == 1);
    REQUIRE(areas.rows == 2);
    REQUIRE(areas.columns == 2);
    CHECK(areas.area == 2);
    CHECK(areas.share(0, 0) == 1);
    CHECK(areas.share(0, 1) == 0.5);
    CHECK(areas.share(1, 0) == 0.5);
    CHECK(areas.share(1, 1) == 0);
  }
}

TEST_CASE("What lies off the lattice has area, and no share") {
  PolygonAreas areas;
  const std::array<double, 4> x = {-3, 1.5, 1.5, -3}, y = {-1, -1, 9, 9};
  polygon_areas(x, y, 4, 3, areas);
  CHECK(areas.area == 45);
  REQUIRE(areas.rows == 4);
  REQUIRE(areas.columns == 2);
  for (int r = 0; r < 4; ++r) {
    CHECK(areas.share(r, 0) == 1);
    CHECK(areas.share(r, 1) == 0.5);
  }
  const std::array<double, 4> far = {10, 12, 12, 10};
  polygon_areas(far, y, 4, 3, areas);
  CHECK(areas.rows * areas.columns == 0);
  CHECK(areas.area == 20);
}

TEST_CASE("A polygon that is not convex") {
  // An L: three of the four squares.
  PolygonAreas areas;
  const std::array<double, 6> x = {0, 2, 2, 1, 1, 0}, y = {0, 0, 1, 1, 2, 2};
  polygon_areas(x, y, 2, 2, areas);
  CHECK(areas.area == 3);
  CHECK(areas.shares == std::vector<double>{1, 1, 1, 0});
}

TEST_CASE("Random quadrangles share what is cut out of them, square by square") {
  PolygonAreas areas;
  std::vector<CellShare> cells;
  double worst = 0;
  Random random(7);
  for (int i = 0; i < 3000; ++i) {
    const int rows = 1 + int(random.below(8)), columns = 1 + int(random.below(8));
    Outline q;
    const double size = std::pow(10.0, random.uniform(-2, 1)), cx = random.uniform(-2, 10), cy = random.uniform(-2, 10);
    for (size_t k = 0; k < 4; ++k) {
      const double turn = 2 * std::numbers::pi * (double(k) + 0.9 * random.uniform()) / 4;
      q.x[k] = cx + size * std::cos(turn), q.y[k] = cy + size * std::sin(turn);
      if (i % 5 == 0) q.x[k] = std::round(q.x[k]), q.y[k] = std::round(q.y[k]);
    }
    polygon_areas({q.x.data(), 4}, {q.y.data(), 4}, rows, columns, areas);
    if (i % 5 == 0 && areas.area < 1e-9) continue;
    std::vector<double> difference = clipped(q, rows, columns), of_cells = difference;
    for (int r = 0; r < areas.rows; ++r)
      for (int c = 0; c < areas.columns; ++c)
        difference[size_t((areas.row + r) * columns + areas.column + c)] -= areas.share(r, c);
    if (i % 2 == 0) std::swap(q.x[1], q.x[2]), std::swap(q.y[1], q.y[2]);  // a bow tie
    cells.clear();
    overlaps(q, rows, columns, cells);
    for (const CellShare& s : cells) {
      CHECK(s.overlap >= least_overlap);
      of_cells[size_t(s.cell)] -= s.overlap;
    }
    for (const double d : difference) worst = std::max(worst, std::abs(d));
    for (const double d : of_cells) worst = std::max(worst, std::abs(d));
  }
  CHECK(worst < 1e-12);
}
