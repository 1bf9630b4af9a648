#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "data/dataset/polygon_areas.hpp"
#include "data/footprints/footprint.hpp"
#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

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

TEST_CASE("Random quadrangles share what the clipped footprints share") {
  PolygonAreas areas;
  std::vector<CellShare> expected;
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
    expected.clear();
    overlaps(q, rows, columns, expected);
    if (i % 5 == 0 && areas.area < 1e-9) continue;
    std::vector<double> whole(size_t(rows * columns), 0);
    for (int r = 0; r < areas.rows; ++r)
      for (int c = 0; c < areas.columns; ++c)
        whole[size_t((areas.row + r) * columns + areas.column + c)] = areas.share(r, c);
    for (const CellShare& s : expected) whole[size_t(s.cell)] -= s.overlap;
    for (const double difference : whole) worst = std::max(worst, std::abs(difference));
  }
  CHECK(worst < 1e-12);
}
