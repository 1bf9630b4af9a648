#include "data/geography/map_outline.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "data/geography/sinusoidal.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

double signed_area(const Ring& ring) {
  double area = 0;
  for (size_t i = 0; i < ring.x.size(); ++i) {
    const size_t next = (i + 1) % ring.x.size();
    area += ring.x[i] * ring.y[next] - ring.x[next] * ring.y[i];
  }
  return area / 2;
}

}  // namespace

TEST_CASE("the outline of a sinusoidal tile is slanted and runs counterclockwise") {
  const MapOutline outline = map_outline(modis_tile_grid(11, 4)).value();
  REQUIRE(outline.polygons.size() == 1);
  const Ring& ring = outline.polygons.front();
  CHECK(ring.x.size() == 64);
  CHECK(signed_area(ring) > 0);
  // Corners of h11v04: 40 to 50 N; 70 degrees of the equator west of the central meridian.
  const auto has = [&](double longitude, double latitude) {
    for (size_t i = 0; i < ring.x.size(); ++i)
      if (std::abs(ring.x[i] - longitude) < 1e-3 && std::abs(ring.y[i] - latitude) < 1e-3) return true;
    return false;
  };
  CHECK(has(-91.3785, 40));   // -70 / cos 40
  CHECK(has(-108.9007, 50));  // -70 / cos 50
  CHECK(outline.box.west == doctest::Approx(-108.9007).epsilon(1e-5));
  CHECK(outline.box.north == doctest::Approx(50));
}

TEST_CASE("an outline across the date line is cut in two there") {
  const Grid grid{10, 10, 2.9e6, 1e5, 5e5, -1e5, "EPSG:3832"};
  const MapOutline outline = map_outline(grid).value();
  REQUIRE(outline.polygons.size() == 2);
  CHECK(outline.box.west > outline.box.east);
  double east = 0, west = 0;
  for (const Ring& ring : outline.polygons) {
    const auto [low, high] = std::minmax_element(ring.x.begin(), ring.x.end());
    CHECK(signed_area(ring) > 0);
    CHECK((*high == doctest::Approx(180) || *low == doctest::Approx(-180)));
    (*low > 0 ? east : west) += signed_area(ring);
  }
  CHECK(east > 1);
  CHECK(west > 1);
}

TEST_CASE("an outline with corners beyond the globe, or a pole inside, is the box") {
  constexpr double side = 100'000;
  const Grid globe{201, 401, -200 * side, side, 100 * side, -side, modis_sinusoidal_crs};
  const MapOutline all = map_outline(globe).value();
  REQUIRE(all.polygons.size() == 1);
  CHECK(all.polygons.front().x.size() == 4);
  CHECK(all.box.west == -180);
  CHECK(all.box.east == 180);
  CHECK(all.box.south < -89);
  // A tile at the edge: 60 to 70 N from 180 W; its corner at 70 N lies beyond.
  const MapOutline edge = map_outline(modis_tile_grid(11, 2)).value();
  CHECK(edge.box.west == doctest::Approx(-180).epsilon(0.01));
  CHECK(edge.box.east == doctest::Approx(-120).epsilon(0.01));  // -60 / cos 60
  CHECK(edge.box.north == doctest::Approx(70));
  const Grid pole{20, 20, -950'000, side, 950'000, -side, "EPSG:3413"};
  const MapOutline around = map_outline(pole).value();
  CHECK(around.polygons.front().x.size() == 4);
  CHECK(around.box.west == -180);
  CHECK(around.box.north == doctest::Approx(90));
}
