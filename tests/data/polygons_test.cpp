#include "data/geography/polygons.hpp"

#include <doctest/doctest.h>

#include <string>

#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

std::string feature(const std::string& geometry) {
  return R"({"type":"Feature","properties":{},"geometry":)" + geometry + "}";
}

std::string polygon(const std::string& ring) {
  return R"({"type":"Polygon","coordinates":[[)" + ring + "]]}";
}

// A file whose first feature is right and whose second is this one.
std::filesystem::path second_feature(const test::TemporaryDirectory& directory, const std::string& geometry) {
  test::write_file(directory / "p.geojson", R"({"type":"FeatureCollection","features":[)" +
                                                feature(polygon("[1,1],[2,1],[2,2],[1,2],[1,1]")) + "," +
                                                feature(geometry) + "]}");
  return directory / "p.geojson";
}

}  // namespace

TEST_CASE("A feature that is no polygon is refused by its number") {
  const test::TemporaryDirectory directory;
  const auto refused = [&](const std::string& geometry, const std::string& part) {
    INFO(geometry);
    CHECK_THROWS_NAMING(Error, read_polygons(second_feature(directory, geometry)), "p.geojson", "feature 2", part);
  };
  refused("null", "no geometry");
  refused(R"({"type":"Polygon"})", "cannot be read");
  refused(polygon(R"(["a",1],[2,1],[2,2],["a",1])"), "cannot be read");
  refused(polygon("[NaN,1],[2,1],[2,2],[NaN,1]"), "no numbers");
  refused(R"({"type":"Polygon","coordinates":[[]]})", "empty");
  refused(R"({"type":"LineString","coordinates":[[1,1],[2,1],[2,2],[1,1]]})", "Line String");
  refused(R"({"type":"Point","coordinates":[1,1]})", "Point");
  refused(R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,1]}]})", "Point");
  refused(polygon("[0,0],[1,1],[1,0],[0,1],[0,0]"), "ogr2ogr -makevalid");
}

TEST_CASE("Texts that are nested more deeply than geometries are not given to a parser") {
  const test::TemporaryDirectory directory;
  const auto nested = [&](const std::string& name, const std::string& text) {
    test::write_file(directory / name, text);
    return test::thrown([&] { read_polygons(directory / name); });
  };
  const std::string open(100, '['), close(100, ']');
  CHECK(test::contains(nested("a.geojson", R"({"type":"Polygon","coordinates":)" + open + close + "}"), "too deeply"));
  CHECK(test::contains(nested("b.csv", "WKT\nPOLYGON " + std::string(100, '(')), "too deeply"));
  const std::string text = feature(polygon("[1,1],[2,1],[2,2],[1,2],[1,1]"));
  CHECK(nested("c.geojson", R"({"type":"FeatureCollection","name":")" + open + R"(","features":[)" + text + "]}") ==
        "");
}

TEST_CASE("Coordinates that are no longitude and latitude are refused, both of them named") {
  const test::TemporaryDirectory directory;
  const auto refused = [&](const std::string& ring, const std::string& point, const std::string& part) {
    CHECK_THROWS_NAMING(Error, read_polygons(second_feature(directory, polygon(ring))), "feature 2", point, part);
  };
  refused("[45,-96],[45,-95],[46,-95],[45,-96]", "(45, -96)", "swapped");       // Minnesota
  refused("[-17,178],[-17,179],[-18,179],[-17,178]", "(-17, 178)", "swapped");  // Fiji
  refused("[66,-172],[66,-170],[67,-170],[66,-172]", "(66, -172)", "swapped");  // Chukotka
  refused("[178,-18],[182,-18],[182,-17],[178,-18]", "(182, -18)", "wrapdateline");
  refused("[500000,5e6],[510000,5e6],[510000,6e6],[500000,5e6]", "(500000, 5000000)", "metres");
  refused("[178,-18],[-178,-18],[-178,-17],[178,-17],[178,-18]", "178 to -178", "date line");
  // From edge to edge of the map there is one way alone.
  CHECK_NOTHROW(
      read_polygons(second_feature(directory, polygon("[-180,-60],[180,-60],[180,80],[-180,80],[-180,-60]"))));
}

TEST_CASE("Points in polygons with holes, parts that overlap, and on their edges") {
  const test::TemporaryDirectory directory;
  const auto layers = read_polygons(second_feature(directory, R"({"type":"MultiPolygon","coordinates":[
        [[[10,0],[14,0],[14,4],[10,4],[10,0]],[[11,1],[11,3],[13,3],[13,1],[11,1]]],
        [[[-4,-4],[-1,-4],[-2,-1],[-4,-4]]]]})"));
  REQUIRE(layers.size() == 1);
  const PolygonIndex index(layers[0]);
  CHECK(index.holds(10.5, 2));
  CHECK_FALSE(index.holds(12, 2));
  CHECK(index.holds(13.5, 2));
  CHECK_FALSE(index.holds(14.5, 2));
  CHECK(index.holds(-2, -3));
  CHECK_FALSE(index.holds(-3.9, -1.5));
  CHECK(index.holds(1.5, 1.5));
  for (const double x : {10.0, 14.0, 12.0})
    for (const double y : {0.0, 4.0}) CHECK(index.holds(x, y));
  CHECK_FALSE(index.holds(12, 5));
  CHECK_FALSE(index.holds(0.0 / 0.0, 1));

  // Twice the same square is one square, not a hole.
  PolygonSet twice;
  for (int k = 0; k < 2; ++k) twice.polygons.push_back({{{{0, 1, 1, 0}, {0, 0, 1, 1}}}});
  CHECK(PolygonIndex(twice).holds(0.5, 0.5));
}

TEST_CASE("A box over the date line has two parts") {
  const PolygonIndex index(polygons_of(parse_bbox("178,-18.6,-178,-16.2")));
  CHECK(index.holds(179, -17));
  CHECK(index.holds(-179, -17));
  CHECK_FALSE(index.holds(0, -17));
  CHECK(polygons_of(parse_bbox("178,-18.6,180,-16.2")).polygons.size() == 1);
  CHECK(polygons_of(parse_bbox("180,-18.6,-178,-16.2")).polygons.size() == 1);
}
