#include "data/footprints/response.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <optional>

#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr double degrees = 0.01;  // of a cell

Grid grid() {
  return {60, 60, degrees / 2, degrees, 0.3 - degrees / 2, -degrees, "EPSG:4326"};
}

// Turned, 7 x 4 cells around the middle of the grid.
FootprintCorners turned(double angle) {
  FootprintCorners c;
  const std::array<double, 4> u = {-3.5, 3.5, 3.5, -3.5}, v = {-2, -2, 2, 2};
  for (size_t k = 0; k < 4; ++k) {
    c.longitudes[k] = 0.3 + degrees * (u[k] * std::cos(angle) - v[k] * std::sin(angle));
    c.latitudes[k] = degrees * (u[k] * std::sin(angle) + v[k] * std::cos(angle));
  }
  return c;
}

std::vector<ResponseShare> shares(const FootprintCorners& corners, EastNorth d, std::optional<double> width) {
  std::vector<ResponseShare> out;
  REQUIRE(ResponsePlacer(grid()).place(corners, d, width, out, true));
  return out;
}

// Of a field, the sums with the shares and with their derivatives.
ResponseShare sums(const std::vector<ResponseShare>& shares, const std::vector<double>& field) {
  ResponseShare sum;
  for (const ResponseShare& s : shares) {
    const double value = field[size_t(s.cell)];
    sum.share += s.share * value, sum.by_east += s.by_east * value, sum.by_north += s.by_north * value;
    sum.by_width += s.by_width * value;
  }
  return sum;
}

// Second moments along the grid's axes about the mean, in cells.
std::array<double, 4> moments(const std::vector<ResponseShare>& shares) {
  double area = 0, x = 0, y = 0, xx = 0, yy = 0;
  for (const ResponseShare& s : shares) {
    const double column = double(s.cell % 60), row = double(s.cell / 60);
    area += s.share, x += s.share * column, y += s.share * row;
    xx += s.share * column * column, yy += s.share * row * row;
  }
  x /= area, y /= area;
  return {x, y, xx / area - x * x, yy / area - y * y};
}

}  // namespace

TEST_CASE("The derivatives of the response's shares are those of finite differences") {
  Random random(3, 1);
  std::vector<double> field(60 * 60);
  for (double& v : field) v = random.uniform(0, 1);
  constexpr double step = 1e-5;
  for (const double angle : {0.2, 1.3, 2.5})
    for (const double width : {0.0, 1.0, 1.6}) {
      const FootprintCorners corners = turned(angle);
      const EastNorth d{0.37, -0.81};
      const auto of = [&](double w) { return w > 0 ? std::optional(w) : std::nullopt; };
      const ResponseShare slope = sums(shares(corners, d, of(width)), field);
      const auto at = [&](double east, double north, double more) {
        return sums(shares(corners, {d.east + east, d.north + north}, of(width + more)), field).share;
      };
      CAPTURE(angle);
      CAPTURE(width);
      CHECK(slope.by_east == doctest::Approx((at(step, 0, 0) - at(-step, 0, 0)) / (2 * step)).epsilon(1e-4));
      CHECK(slope.by_north == doctest::Approx((at(0, step, 0) - at(0, -step, 0)) / (2 * step)).epsilon(1e-4));
      if (width > 0)
        CHECK(slope.by_width == doctest::Approx((at(0, 0, step) - at(0, 0, -step)) / (2 * step)).epsilon(1e-4));
      else
        CHECK(slope.by_width == 0);
    }
}

TEST_CASE("Without a width and a displacement the response is the footprint, to the bit") {
  const FootprintCorners corners = turned(0.7);
  std::vector<Outline> outlines;
  REQUIRE(FootprintPlacer(grid()).place(corners, outlines) == Placement::inside);
  std::vector<CellShare> expected;
  overlaps(outlines.front(), 60, 60, expected);
  const auto response = shares(corners, {}, {});
  REQUIRE(response.size() == expected.size());
  for (size_t k = 0; k < expected.size(); ++k) {
    CHECK(response[k].cell == expected[k].cell);
    CHECK(response[k].share == expected[k].overlap);
  }
}

TEST_CASE("Shares are the same bits without their slopes") {
  const FootprintCorners corners = turned(0.4);
  const EastNorth d{1.1, -0.6};
  const auto with = shares(corners, d, {});
  std::vector<ResponseShare> without;
  REQUIRE(ResponsePlacer(grid()).place(corners, d, {}, without, false));
  REQUIRE(without.size() == with.size());
  for (size_t k = 0; k < with.size(); ++k) {
    CHECK(without[k].cell == with[k].cell);
    CHECK(without[k].share == with[k].share);
    CHECK(without[k].by_east == 0);
  }
}

TEST_CASE("A displacement moves the response by its kilometres") {
  const FootprintCorners corners = turned(0);
  for (const std::optional<double> width : {std::optional<double>(), std::optional(1.3)}) {
    const auto plain = moments(shares(corners, {}, width)), moved = moments(shares(corners, {1.5, -0.6}, width));
    CHECK(moved[0] - plain[0] == doctest::Approx(1.5 / (degrees * km_per_degree)).epsilon(0.01));
    CHECK(moved[1] - plain[1] == doctest::Approx(0.6 / (degrees * km_per_degree)).epsilon(0.01));
  }
}

TEST_CASE("A soft response has the box's area, and along the track a Gaussian's moment of its full width") {
  // 7 cells across the track, 4 along it.
  for (const double width : {0.8, 1.4}) {
    const auto wide = shares(turned(0), {}, width);
    double area = 0;
    for (const ResponseShare& s : wide) area += s.share;
    CHECK(area == doctest::Approx(28).epsilon(0.03));
    const auto m = moments(wide);
    CHECK(m[2] ==
          doctest::Approx(std::pow(3.5 * width, 2) * std::tgamma(0.75) / std::tgamma(0.25) / std::sqrt(std::log(2)))
              .epsilon(0.05));
    CHECK(m[3] == doctest::Approx(std::pow(2 * width, 2) / (2 * std::log(2))).epsilon(0.15));  // its ends are cut
  }
}

TEST_CASE("A footprint across the date line is as wide as elsewhere") {
  FootprintCorners here = turned(0.4), there = here;
  for (double& longitude : there.longitudes) longitude += 179.7 - 0.0001;
  there.longitudes[1] -= 360;
  Grid at_date_line = grid();
  at_date_line.x_origin += 179.7 - 0.0001;
  std::vector<ResponseShare> out;
  REQUIRE(ResponsePlacer(at_date_line).place(there, {}, 1.4, out, true));
  const auto expected = shares(here, {}, 1.4);
  REQUIRE(out.size() > 0);
  double largest = 0, of_expected = 0;
  for (const ResponseShare& s : out) largest = std::max(largest, s.share);
  for (const ResponseShare& s : expected) of_expected = std::max(of_expected, s.share);
  CHECK(largest == doctest::Approx(of_expected).epsilon(1e-3));
}

TEST_CASE("A place that the map does not have is no response") {
  FootprintCorners corners = turned(0);
  corners.latitudes[2] = std::nan("");
  std::vector<ResponseShare> out;
  CHECK_FALSE(ResponsePlacer(grid()).place(corners, {}, {}, out, true));
  CHECK_FALSE(ResponsePlacer(grid()).place(corners, {}, 1.4, out, true));
}
