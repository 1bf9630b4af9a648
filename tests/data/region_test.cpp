#include "data/geography/region.hpp"

#include <doctest/doctest.h>
#include <gdal_priv.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "data/formats/granule_set.hpp"
#include "data/formats/mod13a2_reader.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/geography/map_extent.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

// A ramp in map coordinates, so that every value says where it belongs.
Raster ramp(const Grid& grid) {
  Raster raster{grid, {}};
  for (int i = 0; i < grid.rows; ++i)
    for (int j = 0; j < grid.columns; ++j) raster.values.push_back(float(3 * grid.x(j) - 2 * grid.y(i)));
  return raster;
}

void write_geotiff(const std::filesystem::path& path, const Raster& raster, double scale = 1) {
  GDALAllRegister();
  GDALDatasetUniquePtr file(GetGDALDriverManager()->GetDriverByName("GTiff")->Create(
      path.c_str(), raster.grid.columns, raster.grid.rows, 1, GDT_Float32, nullptr));
  double t[] = {raster.grid.x_origin - raster.grid.x_step / 2,
                raster.grid.x_step,
                0,
                raster.grid.y_origin - raster.grid.y_step / 2,
                0,
                raster.grid.y_step};
  file->SetGeoTransform(t);
  OGRSpatialReference srs;
  srs.SetFromUserInput(raster.grid.crs.c_str());
  file->SetSpatialRef(&srs);
  file->GetRasterBand(1)->SetNoDataValue(-99);
  if (scale != 1) file->GetRasterBand(1)->SetScale(scale);
  std::vector<float> values = raster.values;
  CHECK(file->GetRasterBand(1)->RasterIO(GF_Write, 0, 0, raster.grid.columns, raster.grid.rows, values.data(),
                                         raster.grid.columns, raster.grid.rows, GDT_Float32, 0, 0, nullptr) == CE_None);
}

const Grid utm{40, 50, 500500, 1000, 5200500, -1000, "EPSG:32615"};

// The largest difference from the ramp, in cells, away from the raster's edge.
double worst_shift(const Raster& raster, const Grid& grid, Resampling kind) {
  const std::vector<float> values = on_grid(raster, grid, kind);
  double worst = 0;
  int seen = 0;
  for (int i = 4; i < grid.rows - 4; ++i)
    for (int j = 4; j < grid.columns - 4; ++j) {
      const float v = values[size_t(i * grid.columns + j)];
      REQUIRE(!std::isnan(v));
      worst = std::max(worst, std::abs(double(v) - (3 * grid.x(j) - 2 * grid.y(i))) / 1000);
      ++seen;
    }
  CHECK(seen > 20);
  return worst;
}

}  // namespace

TEST_CASE("The sinusoidal tiles lie where MODIS has them") {
  const Grid tile = modis_tile_grid(11, 4);
  CHECK(tile.x(0) - tile.x_step / 2 == doctest::Approx(-7783653.637667).epsilon(1e-12));
  CHECK(tile.y(0) - tile.y_step / 2 == doctest::Approx(5559752.598333).epsilon(1e-12));
  const Projection exact(modis_sinusoidal_crs);
  double x[] = {-95.5}, y[] = {46.25};
  exact.to_map(x, y);
  const MapPoint p = to_sinusoidal({-95.5, 46.25});
  CHECK(x[0] == doctest::Approx(p.x).epsilon(1e-12));
  exact.to_geographic(x, y);
  CHECK(x[0] == doctest::Approx(-95.5).epsilon(1e-12));
}

TEST_CASE("Closed form and PROJ agree on the sinusoidal map") {
  // The same map by other words, which the closed form does not recognise.
  const Projection proj("+proj=sinu +lon_0=0 +x_0=1 +y_0=0 +R=6371007.181 +units=m");
  double x[] = {-95.5, 10}, y[] = {46.25, -33};
  REQUIRE(proj.to_map(x, y));
  CHECK(x[0] - 1 == doctest::Approx(to_sinusoidal({-95.5, 46.25}).x).epsilon(1e-9));
  // From WGS 84 to the sphere PROJ keeps latitudes.
  CHECK(y[1] == doctest::Approx(to_sinusoidal({10, -33}).y).epsilon(1e-9));
  double worst = 0;  // cells
  for (double latitude = -89.3; latitude < 90; latitude += 3.7)
    for (double longitude = -179.6; longitude < 180; longitude += 7.3) {
      double u[] = {longitude}, v[] = {latitude};
      REQUIRE(proj.to_map(u, v));
      const MapPoint p = to_sinusoidal({longitude, latitude});
      worst = std::max({worst, std::abs(u[0] - 1 - p.x) / modis_cell, std::abs(v[0] - p.y) / modis_cell});
    }
  CHECK(worst < 1e-9);
}

TEST_CASE("A region on the granules' own cells") {
  const Grid lattice = modis_tile_grid(11, 4);
  RegionOptions o;
  o.bbox = parse_bbox("-96,45,-95,46");
  o.factor = 4;
  const Grid grid = region_grid(o, lattice, lattice);
  CHECK(grid.rows % 4 == 0);
  CHECK(grid.columns % 4 == 0);
  const auto offset = offset_of(grid, lattice);
  REQUIRE(offset.has_value());
  CHECK(lattice.x(offset->column) == doctest::Approx(grid.x_origin).epsilon(1e-12));
  // It covers the box, corners bulging on the map included, and no row or column too many.
  const MapPoint north_east = to_sinusoidal({-95, 45}), south_west = to_sinusoidal({-96, 45});
  const MapPoint north = to_sinusoidal({-96, 46});
  CHECK(grid.y(0) - grid.y_step / 2 >= north.y - 1e-3);
  CHECK(grid.y(0) + grid.y_step / 2 < north.y);
  CHECK(grid.x(0) - grid.x_step / 2 <= south_west.x + 1e-3);
  CHECK(grid.x(0) + grid.x_step / 2 > south_west.x);
  CHECK(grid.x(grid.columns - 1) + grid.x_step / 2 >= north_east.x);
}

TEST_CASE("Without a region: all that the granules cover; with another map: multiples of the resolution") {
  const Grid lattice = modis_tile_grid(11, 4);
  CHECK(region_grid({}, lattice, lattice) == lattice);
  RegionOptions o;
  o.bbox = parse_bbox("-96,45,-95,46");
  o.crs = "EPSG:32615";
  CHECK_THROWS_NAMING(UsageError, region_grid(o, lattice, lattice), "--resolution");
  o.resolution = 1000;
  const Grid grid = region_grid(o, lattice, lattice);
  CHECK(std::fmod(grid.x_origin - 500, 1000) == 0);
  CHECK(grid.y_step == -1000);
  o.bbox.reset();
  CHECK_THROWS_NAMING(UsageError, region_grid(o, lattice, lattice), "--bbox");
  o.bbox = parse_bbox("-180,-60,180,80");
  o.crs = "EPSG:4326", o.resolution = 0.0001;
  CHECK_THROWS_NAMING(UsageError, region_grid(o, lattice, lattice), "1e9 cells");
  for (const char* wrong : {"1,2,3", "a,b,c,d", "1,5,2,4", "1,2,1,3", "1,2,3,4,5", "0,0,400,1", "nan,2,3,4",
                            "1,2,nan,4", "1,nan,2,4", "-inf,2,3,4", "1,2,3,1e300"})
    CHECK_THROWS_NAMING(UsageError, parse_bbox(wrong), "--bbox", wrong);
  CHECK_THROWS_NAMING(UsageError, parse_bbox("43.7,-101,49.8,-93"), "are latitude and longitude swapped?");
  CHECK_THROWS_NAMING(UsageError, Projection("EPSG:0"), "EPSG:0");
}

TEST_CASE("Polygons clip to the cells whose centre they hold") {
  const test::TemporaryDirectory directory;
  const Grid grid{10, 10, 0.5, 1, 9.5, -1, "EPSG:4326"};
  const auto polygon = [&](const std::string& ring) {
    test::write_file(
        directory / "p.geojson",
        R"({"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[)" + ring + "]]}}");
    return directory / "p.geojson";
  };
  const Mask mask = inside_polygons(polygon("[2,2],[5,2],[5,4],[2,4],[2,2]"), grid);
  for (int i = 0; i < 10; ++i)
    for (int j = 0; j < 10; ++j) CHECK(mask[size_t(i * 10 + j)] == (j >= 2 && j < 5 && i >= 6 && i < 8));
  CHECK_THROWS_NAMING(Error, inside_polygons(polygon("[20,20],[21,20],[21,21],[20,20]"), grid), "p.geojson", "none");
  test::write_file(directory / "x.geojson", "no polygon");
  CHECK_THROWS_NAMING(Error, inside_polygons(directory / "x.geojson", grid), "x.geojson", "vector");
  RegionOptions o;
  o.polygons = polygon("[2,2],[5,2],[5,4],[2,4],[2,2]");
  CHECK(region_grid(o, grid, grid) == Grid{2, 3, 2.5, 1, 3.5, -1, "EPSG:4326"});
}

namespace {

// The box as a polygon of four corners (two of them where it crosses the date line).
std::filesystem::path corners(const test::TemporaryDirectory& directory, const BoundingBox& box) {
  std::string parts;
  for (const PolygonRings& part : polygons_of(box).polygons) {
    std::string ring;
    for (size_t i = 0; i <= 4; ++i)
      ring += (i ? ",[" : "[") + std::to_string(part.rings[0].x[i % 4]) + "," + std::to_string(part.rings[0].y[i % 4]) +
              "]";
    parts += (parts.empty() ? "[[" : ",[[") + ring + "]]";
  }
  test::write_file(
      directory / "box.geojson",
      R"({"type":"Feature","properties":{},"geometry":{"type":"MultiPolygon","coordinates":[)" + parts + "]}}");
  return directory / "box.geojson";
}

// How many cells of the grid lie in the box, and for how many of them the mask says otherwise. By PROJ alone.
std::pair<int64_t, int64_t> compared(const Grid& grid, const BoundingBox& box, const Mask& mask) {
  int64_t inside = 0, different = 0;
  const Projection map(grid.crs);
  for (int i = 0; i < grid.rows; ++i)
    for (int j = 0; j < grid.columns; ++j) {
      double x = grid.x(j), y = grid.y(i);
      map.to_geographic({&x, 1}, {&y, 1});
      const bool between = box.west < box.east ? x >= box.west && x <= box.east : x >= box.west || x <= box.east;
      const bool in = between && y >= box.south && y <= box.north && std::abs(x) <= 180;
      inside += in;
      different += in != bool(mask[size_t(i) * size_t(grid.columns) + size_t(j)]);
    }
  return {inside, different};
}

}  // namespace

TEST_CASE("a resolution in the wrong unit is refused with the cells' width and the unit") {
  RegionOptions o;
  o.crs = "EPSG:4326", o.resolution = 1000, o.factor = 4;
  o.bbox = parse_bbox("-97,45,-93,48");
  const Grid lattice = modis_tile_grid(11, 4);
  CHECK_THROWS_NAMING(UsageError, inside_box(*o.bbox, region_grid(o, lattice, lattice)), "1000 wide", "degrees",
                      "--resolution");
}

TEST_CASE("A polygon of a box's corners has the box's grid and its cells, on any map") {
  const test::TemporaryDirectory directory;
  const Grid lattice = modis_tile_grid(11, 4);
  const auto check = [&](const std::string& box, const std::string& crs, double resolution) {
    INFO(box << " " << crs);
    RegionOptions o;
    o.crs = crs, o.resolution = resolution, o.factor = 4;
    o.bbox = parse_bbox(box);
    const Grid around = region_grid(o, lattice, lattice);
    const std::filesystem::path file = corners(directory, *o.bbox);
    o.bbox.reset();
    o.polygons = file;
    CHECK(region_grid(o, lattice, lattice) == around);
    const auto [inside, different] = compared(around, parse_bbox(box), inside_polygons(file, around));
    CHECK(inside > 1000);
    CHECK(different == 0);
    CHECK(inside_box(parse_bbox(box), around) == inside_polygons(file, around));
    // One ring of cells more holds no cell of the box more: nothing of it lies beyond the grid.
    Grid wider = around;
    wider.x_origin -= 3 * around.x_step, wider.y_origin -= 3 * around.y_step;
    wider.columns += 6, wider.rows += 6;
    CHECK(compared(wider, parse_bbox(box), Mask(size_t(wider.cells()), 0)).first == inside);
  };
  for (const char* box : {"-104,40,-95,49", "-94.5,43,-91,49", "-125,45,-70,49"}) {
    check(box, "", 5000);
    check(box, "EPSG:5070", 5000);
  }
  check("-94.5,43,-91,49", "", 0);
  check("25,-34,33,-22", "", 5000);  // southern Africa
  check("25,-34,33,-22", "EPSG:32736", 5000);
  check("25,-34,33,-22", "ESRI:102022", 5000);
  check("176,-20,-177,-15", "EPSG:3832", 5000);  // Fiji
  check("176,-20,-177,-15", "+proj=laea +lat_0=-17 +lon_0=179.5 +datum=WGS84", 5000);
  check("165,63,-168,70", "EPSG:3576", 10000);   // Chukotka, around the north pole
  check("-170,55,-140,71", "EPSG:3338", 10000);  // Alaska
  check("-180,70,180,90", "EPSG:3413", 50000);   // the pole itself
  check("-180,-90,180,-62", "EPSG:3031", 50000);
  check("-60,-90,60,-70", "EPSG:3031", 20000);
}

TEST_CASE("Polygons of another reference system are straight in their own") {
  const test::TemporaryDirectory directory;
  // Around the south pole: on the lon/lat map everything south of 80 S, as no edge tells.
  test::write_file(directory / "cap.geojson",
                   R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:3031"}},"features":[
                     {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[
                     [[-1e6,-1e6],[1e6,-1e6],[1e6,1e6],[-1e6,1e6],[-1e6,-1e6]]]}}]})");
  RegionOptions o;
  o.polygons = directory / "cap.geojson";
  o.crs = "EPSG:4326", o.resolution = 0.5;
  const Grid grid = region_grid(o, modis_tile_grid(18, 17), modis_tile_grid(18, 17));
  CHECK(grid.y(grid.rows - 1) < -89.5);
  CHECK(grid.columns == 720);
  const Mask mask = inside_polygons(o.polygons, grid);
  const Projection polar("EPSG:3031");
  for (int i = 0; i < grid.rows; i += 3)
    for (int j = 0; j < grid.columns; j += 7) {
      double x = grid.x(j), y = grid.y(i);
      polar.to_map({&x, 1}, {&y, 1});
      CHECK((std::abs(x) <= 1e6 && std::abs(y) <= 1e6) == bool(mask[size_t(i * grid.columns + j)]));
    }
  // The same on its own map.
  o.crs = "EPSG:3031", o.resolution = 50000;
  const Grid own = region_grid(o, modis_tile_grid(18, 17), modis_tile_grid(18, 17));
  CHECK(own.rows == 40);
  CHECK(own.columns == 40);
}

TEST_CASE("A region on both sides of the line at which the map is cut is refused, with a map that holds it") {
  const test::TemporaryDirectory directory;
  const Grid lattice = modis_tile_grid(35, 10);
  const auto refused = [&](const std::string& box, const std::string& crs, double resolution) {
    INFO(box << " " << crs);
    for (const bool as_polygon : {false, true}) {
      RegionOptions o;
      o.crs = crs, o.resolution = resolution;
      if (as_polygon)
        o.polygons = corners(directory, parse_bbox(box));
      else
        o.bbox = parse_bbox(box);
      const std::string message = test::thrown<UsageError>([&] { region_grid(o, lattice, lattice); });
      CHECK(test::contains(message, "where the map is cut"));
      const size_t begin = message.find("'+proj=laea");
      REQUIRE(begin != std::string::npos);
      o.resolution = 10000;
      o.crs = message.substr(begin + 1, message.find('\'', begin + 1) - begin - 1);
      CHECK_NOTHROW(region_grid(o, lattice, lattice));
      if (!test::contains(message, "EPSG:3832")) continue;
      o.crs = "EPSG:3832";
      CHECK_NOTHROW(region_grid(o, lattice, lattice));
    }
  };
  refused("178,-18.6,-178,-16.2", "", 0);              // Fiji
  refused("178,-18.6,-178,-16.2", "EPSG:4326", 0.01);  // cells beyond 180 would have no soundings
  refused("178,-18.6,-178,-16.2", "EPSG:3857", 1000);
  refused("170,62,-168,70", "", 0);             // Chukotka
  refused("170,51,-160,55", "", 0);             // the Aleutians
  refused("-40,10,-20,20", "EPSG:3832", 1000);  // a map of the Pacific is cut in the Atlantic
  refused("80,40,90,50", "EPSG:5070", 1000);    // one of the United States in Asia
  // As wide as the globe it is no mistake; nor is what comes up to the line.
  for (const char* box : {"-180,-60,180,80", "10,-60,-10,80"}) {
    RegionOptions o;
    o.bbox = parse_bbox(box), o.resolution = 50000;
    CHECK_NOTHROW(region_grid(o, lattice, lattice));
  }
  for (const char* box : {"178,-18.6,180,-16.2", "-180,-18.6,-178,-16.2"}) {
    RegionOptions o;
    o.bbox = parse_bbox(box);
    CHECK(region_grid(o, lattice, lattice).columns < 600);
  }
}

TEST_CASE("Granules on both sides of the date line are refused; those all around the globe are not") {
  const auto tiles = [](std::vector<std::pair<int, int>> places) {
    std::vector<Grid> grids;
    for (const auto& [h, v] : places) grids.push_back(modis_tile_grid(h, v));
    return grids;
  };
  const auto refused = [](const std::vector<Grid>& grids, const std::string& part) {
    CHECK_THROWS_NAMING(UsageError, refuse_grids_across_the_cut(grids), "granules", "date line", part);
  };
  refused(tiles({{35, 10}, {0, 10}}), "EPSG:3832");  // Fiji
  refused(tiles({{34, 10}, {35, 10}, {0, 10}, {1, 10}}), "laea");
  refused(tiles({{23, 2}, {12, 2}}), "laea");  // Chukotka
  CHECK_NOTHROW(refuse_grids_across_the_cut(tiles({{35, 10}})));
  CHECK_NOTHROW(refuse_grids_across_the_cut(tiles({{11, 4}, {12, 4}, {10, 4}})));
  CHECK_NOTHROW(refuse_grids_across_the_cut(tiles({{11, 4}, {20, 4}})));  // the Atlantic between
  std::vector<std::pair<int, int>> all;
  for (int h = 0; h < 36; ++h) all.emplace_back(h, 9);
  CHECK_NOTHROW(refuse_grids_across_the_cut(tiles(all)));
}

TEST_CASE("A resolution asks for square cells, also where the granules' are not") {
  Grid lattice = modis_tile_grid(11, 4);
  lattice.rows /= 2, lattice.y_step *= 2;
  RegionOptions o;
  o.bbox = parse_bbox("-96,45,-95,46");
  CHECK(region_grid(o, lattice, lattice).y_step == lattice.y_step);
  o.resolution = lattice.x_step;
  const Grid square = region_grid(o, lattice, lattice);
  CHECK(square.x_step == lattice.x_step);
  CHECK(square.y_step == -lattice.x_step);
  o.bbox.reset();
  CHECK(region_grid(o, lattice, lattice).y_step == -lattice.x_step);
}

TEST_CASE("Rasters lie on a grid to a hundredth of a cell, half-cell shifts included") {
  const Raster source = ramp(utm);
  const Grid aligned = part_of(utm, {3, 5, 20, 30});
  CHECK(worst_shift(source, aligned, Resampling::nearest) < 1e-6);  // the values themselves: nothing resampled
  Grid shifted = aligned;
  shifted.x_origin += 500, shifted.y_origin -= 500;
  CHECK(worst_shift(source, shifted, Resampling::bilinear) < 0.01);
  shifted.x_origin += 130;
  CHECK(worst_shift(source, shifted, Resampling::bilinear) < 0.01);
  Grid coarse = coarsened(part_of(utm, {0, 0, 36, 48}), 3);
  CHECK(worst_shift(source, coarse, Resampling::average) < 0.01);
  const Grid off = part_of(utm, {39, 0, 20, 30});
  CHECK(std::isnan(on_grid(source, off, Resampling::nearest).back()));
}

TEST_CASE("Rasters of another map, read from a file, land where they belong") {
  const test::TemporaryDirectory directory;
  Raster degrees{{100, 100, -95.99, 0.02, 46.99, -0.02, "EPSG:4326"}, {}};
  for (int i = 0; i < 100; ++i)
    for (int j = 0; j < 100; ++j) degrees.values.push_back(float(degrees.grid.x(j) + 100));
  degrees.values[0] = -99;
  write_geotiff(directory / "d.tif", degrees, 2);
  const Raster read = read_raster(directory / "d.tif");
  CHECK(std::isnan(read.values[0]));
  CHECK(read.values[5] == doctest::Approx(2 * double(degrees.values[5])));
  const Grid lattice = modis_tile_grid(11, 4);
  RegionOptions o;
  o.bbox = parse_bbox("-95.7,45.3,-94.4,46.7");
  const Grid grid = region_grid(o, lattice, lattice);
  const auto values = on_grid(read, grid, Resampling::bilinear);
  int seen = 0;
  for (int i = 0; i < grid.rows; i += 7)
    for (int j = 0; j < grid.columns; j += 7) {
      const float v = values[size_t(i * grid.columns + j)];
      const GeoPoint p = from_sinusoidal({grid.x(j), grid.y(i)});
      if (std::isnan(v) || p.longitude < -95.9 || p.longitude > -94.1) continue;
      ++seen;
      CHECK(double(v) / 2 - 100 == doctest::Approx(p.longitude).epsilon(1e-6));  // 1e-4 degrees: a hundredth of a cell
    }
  CHECK(seen > 100);
  CHECK_THROWS_NAMING(Error, read_raster(directory / "d.tif", 2), "d.tif", "band 2");
  test::write_file(directory / "x.tif", "not a raster");
  CHECK_THROWS_NAMING(Error, read_raster(directory / "x.tif"), "x.tif");
  CHECK_THROWS_NAMING(UsageError, parse<Resampling>("cubic"), "cubic", "nearest");
}

TEST_CASE("What granules' names say, and which do not go together") {
  const GranuleName name = granule_name("x/MOD13A2.A2019145.h11v04.061.2020288033457.hdf");
  CHECK(name.product == "MOD13A2");
  CHECK(name.tile == "h11v04");
  CHECK(name.version == "061");
  CHECK(name.date == Date{2019, 5, 25});
  CHECK_THROWS_NAMING(Error, granule_name("MOD11A2.A2019145.h11v04.061.1.hdf"), "MOD11A2", "not a granule's name");
  CHECK_THROWS_NAMING(Error, granule_name("MOD13A2.A2019145.h11v04.005.1.hdf"), "005");
  CHECK_THROWS_NAMING(Error, granule_name("MOD13A2.A2019999.h11v04.061.1.hdf"), "999");
  const std::string a = "MOD13A2.A2019161.h11v04.061.1.hdf", b = "MOD13A2.A2019145.h10v04.061.1.hdf",
                    c = "MOD13A2.A2019145.h11v04.061.1.hdf";
  const GranuleSet set = group_granules({a, b, c});
  REQUIRE(set.windows.size() == 2);
  CHECK(to_string(set.windows[0].first) == "2019-05-25");
  CHECK(set.files[0].size() == 2);
  CHECK_THROWS_NAMING(Error, group_granules({a, "MOD13A2.A2019145.h10v04.006.1.hdf"}), "006", "061");
  CHECK_THROWS_NAMING(Error, group_granules({a, "MYD13A2.A2019145.h10v04.061.1.hdf"}), "MYD13A2", "MOD13A2");
  CHECK_THROWS_NAMING(Error, group_granules({c, "MOD13A2.A2019145.h11v04.061.2.hdf"}), "same tile");
}

TEST_CASE("Real granules: NDVI equal to gdal_translate's, cell by cell, in its place") {
  const auto folder = test::shared_data("mod13a2");
  if (!folder) return;
  const test::TemporaryDirectory directory;
  int granules = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (!is_granule_name(entry.path())) continue;
    ++granules;
    const std::string out = directory / "ndvi.tif";
    const std::string command = "gdal_translate -q 'HDF4_EOS:EOS_GRID:\"" + entry.path().string() +
                                "\":MODIS_Grid_16DAY_1km_VI:\"1 km 16 days NDVI\"' " + out;
    REQUIRE(std::system(command.c_str()) == 0);
    const Raster raw = read_gdal(out, out, 1, true);
    const Granule granule = read_mod13a2(entry.path(), {{0, 1, 2, 3}, 15});
    CHECK(granule.grid.rows == raw.grid.rows);
    CHECK(granule.grid.x_origin == doctest::Approx(raw.grid.x_origin).epsilon(1e-12));
    CHECK(granule.grid.y_origin == doctest::Approx(raw.grid.y_origin).epsilon(1e-12));
    const auto ndvi = std::find_if(granule.bands.begin(), granule.bands.end(),
                                   [](const GranuleBand& band) { return band.layer == "ndvi"; });
    REQUIRE(ndvi != granule.bands.end());
    int64_t different = 0, land = 0;
    for (size_t i = 0; i < raw.values.size(); ++i) {
      const bool valid = raw.values[i] >= -2000 && raw.values[i] <= 10000;
      land += valid;
      different += valid ? ndvi->values[i] != float(double(raw.values[i]) * 1e-4) : !std::isnan(ndvi->values[i]);
    }
    CHECK(different == granule.screened_pixels);  // pixels whose reliability itself is missing
    CHECK(land == granule.land_pixels);
  }
  CHECK(granules == 2);
}
