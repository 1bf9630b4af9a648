#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "data/geography/coastlines.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/region.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"
#include "pipeline/report/map_lines.hpp"
#include "pipeline/report/map_places.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline::report;
using test::contains;

namespace {

data::Grid on_map(const data::BoundingBox& box, const std::string& crs, double resolution) {
  data::RegionOptions o;
  o.bbox = box, o.crs = crs, o.resolution = resolution;
  return data::region_grid(o, data::modis_tile_grid(18, 9), data::modis_tile_grid(18, 9));
}

const data::BoundingBox minnesota{-97.5, 43.2, -89.3, 49.6};

// As the page does it; NaN where a corner has no place.
std::pair<double, double> between(const MapPlaces& p, double right, double down) {
  const double x = right * (p.columns - 1), y = down * (p.rows - 1);
  const int column = std::min(int(x), p.columns - 2), row = std::min(int(y), p.rows - 2);
  const auto mix = [&](const std::vector<double>& v) {
    const size_t at = size_t(row) * size_t(p.columns) + size_t(column), below = at + size_t(p.columns);
    const double u = x - column, w = y - row;
    return (1 - w) * ((1 - u) * v[at] + u * v[at + 1]) + w * ((1 - u) * v[below] + u * v[below + 1]);
  };
  return {mix(p.longitude), mix(p.latitude)};
}

struct Errors {
  double largest = 0;  // in cells
  int placed = 0;      // of a thousand points
};

Errors errors_of(const data::Grid& grid) {
  const MapPlaces places = places_of(grid);
  const data::Projection map(grid.crs);
  const MapEdges e = MapFrame{grid.rows, grid.columns, grid}.edges();
  Random random(1, 1);
  Errors errors;
  for (int i = 0; i < 1000; ++i) {
    const double right = random.uniform(), down = random.uniform();
    auto [x, y] = between(places, right, down);
    if (std::isnan(x) || std::isnan(y)) continue;
    x -= 360 * std::round(x / 360);
    if (!map.to_map({&x, 1}, {&y, 1})) continue;
    ++errors.placed;
    errors.largest = std::max({errors.largest, std::abs(x - e.west - right * (e.east - e.west)) / std::abs(grid.x_step),
                               std::abs(e.north - y - down * (e.north - e.south)) / std::abs(grid.y_step)});
  }
  return errors;
}

}  // namespace

TEST_CASE("longitudes and latitudes between the points of a page are right to a tenth of a cell") {
  for (const auto& [box, crs, resolution] : {std::tuple{minnesota, std::string(data::modis_sinusoidal_crs), 926.625433},
                                             {minnesota, std::string("EPSG:5070"), 1000.0},
                                             {minnesota, std::string("EPSG:32615"), 1000.0},
                                             {minnesota, std::string("EPSG:4326"), 0.01},
                                             {data::BoundingBox{-125, 25, -66, 50}, std::string("EPSG:5070"), 1000.0},
                                             {data::BoundingBox{160, -50, -160, 60}, std::string("EPSG:3832"), 5000.0},
                                             {data::BoundingBox{-60, 60, 20, 85}, std::string("EPSG:3413"), 5000.0}}) {
    CAPTURE(crs);
    const Errors errors = errors_of(on_map(box, crs, resolution));
    CHECK(errors.placed == 1000);
    CHECK(errors.largest < 0.1);
  }
  const Errors world = errors_of(on_map({-180, -90, 180, 90}, std::string(data::modis_sinusoidal_crs), 20'000));
  CHECK(world.placed > 500);
  CHECK(world.largest < 1);  // at the edges near the poles
}

TEST_CASE("rows of a grid that run to the north are read from the north too") {
  const data::Grid north_first{40, 60, -100, 0.1, 50, -0.1};
  data::Grid south_first = north_first;
  south_first.y_origin = north_first.y(39), south_first.y_step = 0.1;
  for (const data::Grid& grid : {north_first, south_first}) {
    CHECK(places_of(grid).latitude.front() == doctest::Approx(50.05));
    CHECK(places_of(grid).latitude.back() == doctest::Approx(46.05));
    CHECK(places_of(grid).longitude.front() == doctest::Approx(-100.05));
  }
}

TEST_CASE("a map of level parallels is drawn upright, others as they are") {
  const data::Grid grid = on_map(minnesota, std::string(data::modis_sinusoidal_crs), 1000);
  const MapFrame frame{grid.rows, grid.columns, grid};
  // A step to the north along the meridian in the middle, which lies at -93.4 degrees or so.
  const MapEdges e = frame.edges();
  double x = (e.west + e.east) / 2, y = (e.south + e.north) / 2;
  const data::Projection map(grid.crs);
  map.to_geographic({&x, 1}, {&y, 1});
  double eastings[] = {x, x}, northings[] = {y, y + 0.5};
  map.to_map(eastings, northings);
  CHECK(frame.lean() > 0.5);
  CHECK(eastings[1] - eastings[0] == doctest::Approx(frame.lean() * (northings[1] - northings[0])).epsilon(0.01));
  for (const auto& [crs, resolution] : {std::pair{"EPSG:5070", 1000.0}, {"EPSG:32615", 1000.0}, {"EPSG:4326", 0.01}}) {
    CAPTURE(crs);
    const data::Grid other = on_map(minnesota, crs, resolution);
    CHECK(MapFrame{other.rows, other.columns, other}.lean() == 0);
  }
  CHECK(MapFrame{2, 2, {}}.lean() == 0);
}

TEST_CASE("outlines follow the edges of cells, from the north") {
  // T T .
  // . T .
  const std::vector<uint8_t> chosen = {1, 1, 0, 0, 1, 0};
  const data::Grid north_first{2, 3, 0, 1, 10, -1}, south_first{2, 3, 0, 1, 10, 1};
  const auto path = [&](const data::Grid& grid, int factor) {
    return outline_path(chosen, {{2, 3, grid}, factor}, "o").text;
  };
  CHECK(contains(path(north_first, 1), "d=\"M0 0h20M0 10h10M10 20h10M0 0v10M10 10v10M20 0v20\""));
  CHECK(contains(path(south_first, 1), "d=\"M10 0h10M0 10h10M0 20h20M0 10v10M10 0v10M20 0v20\""));
  // A picture of blocks of 3 x 3 cells reaches a row beyond the raster: to the north, where rows run there.
  CHECK(contains(path(north_first, 3), "d=\"M0 0h20M"));
  CHECK(contains(path(south_first, 3), "d=\"M10 10h10M"));
  CHECK_THROWS_AS(outline_path(std::vector<uint8_t>(5), {{2, 3, north_first}, 1}, "o"), ShapeError);
}

TEST_CASE("coasts and borders are drawn where they lie" * doctest::skip(!data::has_coastlines())) {
  const data::Grid grid = on_map(minnesota, "EPSG:4326", 0.02);
  const DrawnFrame drawn{{grid.rows, grid.columns, grid}, 1};
  const std::string paths = coast_paths(drawn, "m").text;
  for (const char* kind : {"m-coast", "m-country", "m-state"})
    CHECK(contains(paths, "id=\"" + std::string(kind) + '"'));
  // The border between the Dakotas, at 45.94 degrees, begins at the western edge.
  const size_t state = paths.find("id=\"m-state\"");
  const double down = (MapFrame{grid.rows, grid.columns, grid}.edges().north - 45.94) / 0.02 * 10;
  bool found = false;
  for (int tenths = -15; tenths <= 15; ++tenths)
    found = found || contains(paths.substr(state), "M0 " + std::to_string(std::lround(down) + tenths) + "l");
  CHECK(found);
  CHECK(coast_paths({{2, 2, {}}, 1}, "m").empty());
  const data::Grid pacific = on_map({-140, -40, -130, -30}, "EPSG:4326", 0.1);
  CHECK(coast_paths({{pacific.rows, pacific.columns, pacific}, 1}, "m").empty());
}
