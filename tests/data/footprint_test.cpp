#include "data/footprints/footprint.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "kernels/random.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

std::map<int64_t, double> shares(const Outline& q, int rows, int columns) {
  std::vector<CellShare> list;
  overlaps(q, rows, columns, list);
  std::map<int64_t, double> by_cell;
  for (const CellShare& s : list) by_cell[s.cell] += s.overlap;
  REQUIRE(by_cell.size() == list.size());  // no cell twice
  return by_cell;
}

Soundings one(std::array<double, 4> longitudes, std::array<double, 4> latitudes) {
  Soundings s;
  s.sif = {1}, s.error = {1}, s.time = {0}, s.sza = {0}, s.vza = {0}, s.cloud_fraction = {0};
  s.longitude = {longitudes[0]}, s.latitude = {latitudes[0]};
  s.longitudes = {longitudes}, s.latitudes = {latitudes};
  return s;
}

Grid world(double step) {
  return {int(180 / step), int(360 / step), -180 + step / 2, step, 90 - step / 2, -step, "EPSG:4326"};
}

double total(const FootprintPlacer& placer, const Soundings& s) {
  std::vector<Outline> outlines;
  placer.place(s, 0, outlines);
  double sum = 0;
  for (const Outline& q : outlines)
    for (const auto& [cell, share] : shares(q, placer.grid().rows, placer.grid().columns)) sum += share;
  return sum;
}

}  // namespace

TEST_CASE("A rectangle covers cells by the areas worked out by hand") {
  const auto s = shares({4, {0.5, 2.25, 2.25, 0.5}, {1, 1, 1.5, 1.5}}, 3, 3);
  REQUIRE(s.size() == 3);
  CHECK(s.at(3) == doctest::Approx(0.25));
  CHECK(s.at(4) == doctest::Approx(0.5));
  CHECK(s.at(5) == doctest::Approx(0.125));
}

TEST_CASE("A diamond around a corner of four cells takes an eighth of each") {
  const auto s = shares({4, {1, 1.5, 1, 0.5}, {0.5, 1, 1.5, 1}}, 2, 2);
  REQUIRE(s.size() == 4);
  for (const auto& [cell, share] : s) CHECK(share == doctest::Approx(0.125));
}

TEST_CASE("Corners in any order make the same footprint") {
  const Outline round{4, {1, 4, 4.5, 1.5}, {1, 1.25, 3, 2.5}}, bow{4, {1, 4.5, 4, 1.5}, {1, 3, 1.25, 2.5}},
      back{4, {1.5, 4.5, 4, 1}, {2.5, 3, 1.25, 1}};
  const auto a = shares(round, 5, 6);
  for (const auto& other : {shares(bow, 5, 6), shares(back, 5, 6)})
    for (const auto& [cell, share] : a) CHECK(other.at(cell) == doctest::Approx(share).epsilon(1e-12));
}

TEST_CASE("Random footprints: the shares add up to the area, and are those of a fine raster of points") {
  Random random(1, 1);
  for (int trial = 0; trial < 50; ++trial) {
    const double x = random.uniform(6, 14), y = random.uniform(6, 14), turn = random.uniform(0, 3.1);
    const double a = random.uniform(0.3, 5), b = random.uniform(0.3, 5), c = std::cos(turn), s = std::sin(turn);
    Outline q;
    const std::array<double, 4> u = {-a, a, a, -a}, v = {-b, -b, b, b};
    for (size_t k = 0; k < 4; ++k) q.x[k] = x + u[k] * c - v[k] * s, q.y[k] = y + u[k] * s + v[k] * c;
    const auto exact = shares(q, 20, 20);
    double sum = 0;
    for (const auto& [cell, share] : exact) sum += share;
    CHECK(sum == doctest::Approx(4 * a * b).epsilon(1e-12));

    std::map<int64_t, double> sampled;
    constexpr int n = 200;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        const double p = a * ((2 * i + 1.0) / n - 1), r = b * ((2 * j + 1.0) / n - 1);
        const double px = x + p * c - r * s, py = y + p * s + r * c;
        sampled[int64_t(py) * 20 + int64_t(px)] += 4 * a * b / (n * n);
      }
    for (const auto& [cell, share] : exact) CHECK(sampled[cell] == doctest::Approx(share).epsilon(0.02).scale(1));
  }
}

TEST_CASE("A footprint that leaves the grid keeps only what is inside") {
  const auto s = shares({4, {-1, 0.5, 0.5, -1}, {-2, -2, 0.5, 0.5}}, 2, 2);
  REQUIRE(s.size() == 1);
  CHECK(s.at(0) == doctest::Approx(0.25));
  CHECK(shares({4, {-3, -1, -1, -3}, {0, 0, 1, 1}}, 2, 2).empty());
}

TEST_CASE("A footprint over the date line lies on both sides of the map, whole") {
  const FootprintPlacer placer(world(1));
  const Soundings s = one({179.5, -179.25, -179.25, 179.5}, {10, 10, 11, 11});
  CHECK(total(placer, s) == doctest::Approx(1.25));
  std::vector<Outline> q;
  CHECK(placer.place(s, 0, q) == Placement::inside);
  CHECK(q.size() == 2);

  const Grid fiji{20, 40, 175.05, 0.1, -16.05, -0.1, "EPSG:4326"};  // to 179 E alone
  CHECK(FootprintPlacer(fiji).place(s, 0, q) == Placement::outside);
}

TEST_CASE("On the sinusoidal map both halves keep their area too") {
  Grid globe{2000, 4000, 0, 10000, 0, -10000, modis_sinusoidal_crs};
  globe.x_origin = -10000 * 1999.5, globe.y_origin = 10000 * 999.5;
  const FootprintPlacer placer(globe);
  const double inland = total(placer, one({100, 100.3, 100.3, 100}, {-30, -30, -29.9, -29.9}));
  CHECK(inland == doctest::Approx(std::pow(modis_radius * 3.14159265358979 / 180, 2) * 0.3 * 0.1 *
                                  std::cos(29.95 * 3.14159265358979 / 180) / 1e8)
                      .epsilon(1e-5));
  CHECK(total(placer, one({179.9, -179.8, -179.8, 179.9}, {-30, -30, -29.9, -29.9})) ==
        doctest::Approx(inland).epsilon(1e-9));
}

TEST_CASE("A footprint around a pole, and one without corners, are refused") {
  const FootprintPlacer placer(world(1));
  std::vector<Outline> q;
  CHECK(placer.place(one({0, 90, 180, -90}, {89.9, 89.9, 89.9, 89.9}), 0, q) == Placement::over_pole);
  CHECK(placer.place(one({0, 1, std::nan(""), 0}, {1, 1, 2, 2}), 0, q) == Placement::off_map);
  CHECK(q.empty());
}

TEST_CASE("A footprint on the far side of the globe is off the map") {
  const Grid disc{100, 100, -5e6, 1e5, 5e6, -1e5, "+proj=ortho +lat_0=0 +lon_0=0"};
  std::vector<Outline> q;
  CHECK(FootprintPlacer(disc).place(one({170, 170.1, 170.1, 170}, {1, 1, 2, 2}), 0, q) == Placement::off_map);
  CHECK(FootprintPlacer(disc).place(one({-1, -0.9, -0.9, -1}, {1, 1, 2, 2}), 0, q) == Placement::inside);
}

TEST_CASE("A footprint over the line at which a map is cut lies at both of its edges, not across it") {
  // The map of the Pacific is cut at 30 W; this grid is all of it.
  const Grid pacific{400, 800, -20037508.34 + 25046.885, 50093.77, 10e6 - 25000, -50000, "EPSG:3832"};
  const FootprintPlacer placer(pacific);
  const double whole = total(placer, one({-31, -31, -29, -29}, {10, 11, 11, 10}));
  CHECK(whole == doctest::Approx(total(placer, one({150, 150, 152, 152}, {10, 11, 11, 10}))).epsilon(1e-5));
  std::vector<Outline> outlines;
  CHECK(placer.place(one({-31, -31, -29, -29}, {10, 11, 11, 10}), 0, outlines) == Placement::inside);
  CHECK(outlines.size() == 2);
  // Away from it, one outline; the date line is a meridian like others there.
  for (const double longitude : {179.0, -181.0, -100.0, 0.0}) {
    outlines.clear();
    const double east = longitude + 2 > 180 ? longitude - 358 : longitude + 2;
    const double west = longitude < -180 ? longitude + 360 : longitude;
    CHECK(placer.place(one({west, west, east, east}, {10, 11, 11, 10}), 0, outlines) == Placement::inside);
    CHECK(outlines.size() == 1);
    CHECK(total(placer, one({west, west, east, east}, {10, 11, 11, 10})) == doctest::Approx(whole).epsilon(1e-5));
  }
  // Nothing of it reaches a grid in the middle.
  const FootprintPlacer middle(Grid{100, 100, -2e6, 50000, 3e6, -50000, "EPSG:3832"});
  outlines.clear();
  CHECK(middle.place(one({-31, -31, -29, -29}, {10, 11, 11, 10}), 0, outlines) == Placement::outside);
}

TEST_CASE("On a map around a pole footprints over the pole and the date line are whole") {
  const Grid polar{80, 80, -395000, 10000, 395000, -10000, "EPSG:3413"};
  const FootprintPlacer placer(polar);
  std::vector<Outline> outlines;
  CHECK(placer.place(one({0, 90, 180, -90}, {89.5, 89.5, 89.5, 89.5}), 0, outlines) == Placement::inside);
  // The diagonals are 2 x 0.5 degrees, 111.7 km, times the map's scale at the pole, 0.9695 (EPSG:3413: 1 at 70 N).
  const double diagonal = 2 * 0.5 * 111.694 * 0.9695;
  CHECK(total(placer, one({0, 90, 180, -90}, {89.5, 89.5, 89.5, 89.5})) ==
        doctest::Approx(diagonal * diagonal / 2 / 100).epsilon(1e-3));
  const double beside = total(placer, one({20, 20, 40, 40}, {88, 88.2, 88.2, 88}));
  outlines.clear();
  placer.place(one({170, 170, -170, -170}, {88, 88.2, 88.2, 88}), 0, outlines);
  CHECK(outlines.size() == 1);
  CHECK(total(placer, one({170, 170, -170, -170}, {88, 88.2, 88.2, 88})) == doctest::Approx(beside).epsilon(1e-9));
}

TEST_CASE("A footprint opposite to the middle of an azimuthal map covers nothing of it") {
  const Grid fiji{100, 100, -49500, 1000, 49500, -1000, "+proj=laea +lat_0=-17 +lon_0=180 +datum=WGS84"};
  const FootprintPlacer placer(fiji);
  std::vector<Outline> outlines;
  CHECK(placer.place(one({-0.05, 0.05, 0.05, -0.05}, {16.95, 16.95, 17.05, 17.05}), 0, outlines) == Placement::off_map);
  CHECK(outlines.empty());
  CHECK(placer.place(one({179.95, -179.95, -179.95, 179.95}, {-17.05, -17.05, -16.95, -16.95}), 0, outlines) ==
        Placement::inside);
}
