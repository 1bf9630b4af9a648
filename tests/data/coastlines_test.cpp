#include "data/geography/coastlines.hpp"

#include <doctest/doctest.h>
#include <netcdf.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "data/geography/gshhg_file.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/region.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

// Squares of 90 degrees, four around the globe and two from pole to pole; two lines in the second of the upper row.
constexpr int squares = 8, square = 1;

class FileWriter {
 public:
  explicit FileWriter(const std::filesystem::path& path) {
    REQUIRE(nc_create(path.c_str(), NC_NETCDF4 | NC_CLOBBER, &file_) == NC_NOERR);
    scalar("Bin_size_in_minutes", 90 * 60);
    scalar("N_bins_in_360_longitude_range", 4);
    std::vector<int> count(squares, 0);
    count[square] = 2;
    ints("Id_of_first_segment_in_a_bin", std::vector<int>(squares, 0));
    ints("N_segments_in_a_bin", count);
    ints("Id_of_first_point_in_a_segment", {0, 2});
    shorts("Relative_longitude_from_SW_corner_of_bin", {0, 65535, 13107, 26214, 39321});
    shorts("Relative_latitude_from_SW_corner_of_bin", {0, 65535, 0, 13107, 0});
  }
  ~FileWriter() { CHECK(nc_close(file_) == NC_NOERR); }

  void scalar(const char* name, int value) { ints(name, {value}); }
  void ints(const char* name, const std::vector<int>& values) {
    REQUIRE(nc_put_var_int(file_, define(name, NC_INT, values.size()), values.data()) == NC_NOERR);
  }
  void doubles(const char* name, const std::vector<double>& values) {
    REQUIRE(nc_put_var_double(file_, define(name, NC_DOUBLE, values.size()), values.data()) == NC_NOERR);
  }

 private:
  // As GSHHG does: without a sign, in a type that has one.
  void shorts(const char* name, const std::vector<unsigned short>& values) {
    const std::vector<short> stored(values.begin(), values.end());
    REQUIRE(nc_put_var_short(file_, define(name, NC_SHORT, values.size()), stored.data()) == NC_NOERR);
  }
  int define(const char* name, int type, size_t size) {
    int dimension = 0, id = 0;
    REQUIRE(nc_def_dim(file_, (std::string("of_") + name).c_str(), size, &dimension) == NC_NOERR);
    REQUIRE(nc_def_var(file_, name, type, 1, &dimension, &id) == NC_NOERR);
    return id;
  }

  int file_ = 0;
};

int segment_info(int points, int level) {
  return points << 9 | level << 6;
}

std::string shorelines(const test::TemporaryDirectory& directory, int first_level, int second_level) {
  const auto path = directory.path() / "shore.nc";
  {
    FileWriter file(path);
    file.ints("Embedded_npts_levels_exit_entry_for_a_segment",
              {segment_info(2, first_level), segment_info(3, second_level)});
    file.ints("Id_of_GSHHS_ID", {1, 0});
    file.doubles("The_km_squared_area_of_polygons", {-30, 1000});
  }
  return test::read_file(path);
}

std::string borders(const test::TemporaryDirectory& directory, int first_level, int second_level) {
  const auto path = directory.path() / "border.nc";
  {
    FileWriter file(path);
    file.ints("N_points_for_a_segment", {2, 3});
    file.ints("Hierarchial_level_of_a_segment", {first_level, second_level});
  }
  return test::read_file(path);
}

std::vector<MapLine> all_lines(const GshhgFile& file) {
  std::vector<MapLine> lines;
  file.add_lines({-180, -90, 180, 90}, lines);
  return lines;
}

const BoundingBox minnesota{-97.5, 43.2, -89.3, 49.6};

Grid on_map(const BoundingBox& box, const std::string& crs, double resolution) {
  RegionOptions o;
  o.bbox = box, o.crs = crs, o.resolution = resolution;
  return region_grid(o, modis_tile_grid(18, 9), modis_tile_grid(18, 9));
}

// The latitude at which lines of a kind cross a meridian.
std::vector<double> crossings(const std::vector<MapLine>& lines, LineKind kind, double longitude) {
  std::vector<double> found;
  for (const MapLine& line : lines)
    for (size_t i = 1; line.kind == kind && i < line.x.size(); ++i) {
      const double a = line.x[i - 1] - longitude, b = line.x[i] - longitude;
      if ((a < 0) != (b < 0)) found.push_back(line.y[i - 1] + (line.y[i] - line.y[i - 1]) * a / (a - b));
    }
  return found;
}

bool near_one_of(const std::vector<double>& values, double value, double tolerance) {
  return std::any_of(values.begin(), values.end(), [&](double v) { return std::abs(v - value) < tolerance; });
}

double distance_to(const std::vector<MapLine>& lines, LineKind kind, double x, double y) {
  double least = INFINITY;
  for (const MapLine& line : lines)
    for (size_t i = 1; line.kind == kind && i < line.x.size(); ++i) {
      const double dx = line.x[i] - line.x[i - 1], dy = line.y[i] - line.y[i - 1], length = dx * dx + dy * dy;
      const double t =
          length > 0 ? std::clamp(((x - line.x[i - 1]) * dx + (y - line.y[i - 1]) * dy) / length, 0.0, 1.0) : 0.0;
      least = std::min(least, std::hypot(line.x[i - 1] + t * dx - x, line.y[i - 1] + t * dy - y));
    }
  return least;
}

double longest_edge(const std::vector<MapLine>& lines) {
  double longest = 0;
  for (const MapLine& line : lines)
    for (size_t i = 1; i < line.x.size(); ++i)
      longest = std::max(longest, std::hypot(line.x[i] - line.x[i - 1], line.y[i] - line.y[i - 1]));
  return longest;
}

}  // namespace

TEST_CASE("shorelines: places, kinds and areas of a file made by hand") {
  const test::TemporaryDirectory directory;
  const std::vector<MapLine> lines = all_lines(GshhgFile::of_shorelines(shorelines(directory, 1, 2)));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].kind == LineKind::coast);
  CHECK(lines[0].area == 1000);
  CHECK(lines[0].x == std::vector<double>{90, 180});
  CHECK(lines[0].y == std::vector<double>{0, 90});
  CHECK(lines[1].kind == LineKind::lake);
  CHECK(lines[1].area == 30);
  CHECK(lines[1].x == std::vector<double>{108, 126, 144});
  CHECK(lines[1].y == std::vector<double>{0, 18, 0});
}

TEST_CASE("the line where the ice of Antarctica leaves the ground, and borders on the sea, are not drawn") {
  const test::TemporaryDirectory directory;
  const auto shores = all_lines(GshhgFile::of_shorelines(shorelines(directory, 6, 3)));
  REQUIRE(shores.size() == 1);
  CHECK(shores[0].kind == LineKind::lake);
  const auto countries = all_lines(GshhgFile::of_borders(borders(directory, 1, 3)));
  REQUIRE(countries.size() == 1);
  CHECK(countries[0].kind == LineKind::country);
  const auto states = all_lines(GshhgFile::of_borders(borders(directory, 3, 2)));
  REQUIRE(states.size() == 1);
  CHECK(states[0].kind == LineKind::state);
  CHECK(states[0].x.size() == 3);
}

TEST_CASE("lines are those of the squares that a box touches, across the date line too") {
  const test::TemporaryDirectory directory;
  const GshhgFile file = GshhgFile::of_shorelines(shorelines(directory, 1, 1));
  const auto count = [&](const BoundingBox& box) {
    std::vector<MapLine> lines;
    file.add_lines(box, lines);
    return lines.size();
  };
  CHECK(count({100, 10, 110, 20}) == 2);
  CHECK(count({10, 10, 80, 20}) == 0);
  CHECK(count({100, -20, 110, -10}) == 0);
  CHECK(count({170, 10, -170, 20}) == 2);
  CHECK(count({-170, 10, -100, 20}) == 0);
}

TEST_CASE("bytes that are no such file are refused") {
  CHECK_THROWS_AS(GshhgFile::of_shorelines("no file"), Error);
  const test::TemporaryDirectory directory;
  CHECK_THROWS_AS(GshhgFile::of_shorelines(borders(directory, 1, 2)), Error);
}

TEST_CASE("borders and lakes lie where they are" * doctest::skip(!has_coastlines())) {
  const std::vector<MapLine> lines = coastlines_in(minnesota);
  // The 49th parallel, and Minnesota's border with Iowa at 43.5 degrees.
  CHECK(near_one_of(crossings(lines, LineKind::country, -96.5), 49, 0.02));
  CHECK(near_one_of(crossings(lines, LineKind::state, -94), 43.5, 0.02));
  // Lake Superior, which is one with Lake Huron and Lake Michigan there: 82,100, 59,600 and 58,000 km2.
  const auto superior =
      std::find_if(lines.begin(), lines.end(), [](const MapLine& l) { return std::abs(l.area - 200'000) < 15'000; });
  REQUIRE(superior != lines.end());
  CHECK(superior->kind == LineKind::lake);
  // Duluth lies on it.
  CHECK(distance_to(lines, LineKind::lake, -92.09, 46.78) < 0.03);
}

TEST_CASE("lines on a map end at its edges and follow straight parallels as they bend" *
          doctest::skip(!has_coastlines())) {
  const Grid grid = on_map(minnesota, "EPSG:5070", 1000);
  const std::vector<MapLine> lines = coastlines_on(grid);
  const double half = grid.x_step / 2, inside = 1e-6;
  const auto [south, north] = std::minmax({grid.y(0), grid.y(grid.rows - 1)});
  std::set<LineKind> kinds;
  for (const MapLine& line : lines) {
    kinds.insert(line.kind);
    CHECK(line.x.size() == line.y.size());
    CHECK(line.x.size() > 1);
    for (const double x : line.x) {
      CHECK(x > grid.x(0) - half - inside);
      CHECK(x < grid.x(grid.columns - 1) + half + inside);
    }
    for (const double y : line.y) {
      CHECK(y > south - half - inside);
      CHECK(y < north + half + inside);
    }
  }
  CHECK(kinds == std::set{LineKind::lake, LineKind::country, LineKind::state});
  // Between two points of the file the parallel is a single edge.
  for (const double longitude : {-97.2, -96.4, -95.9, -95.5}) {
    double x = longitude, y = 49;
    REQUIRE(Projection(grid.crs).to_map({&x, 1}, {&y, 1}));
    CHECK(distance_to(lines, LineKind::country, x, y) < 300);
  }
  for (const MapLine& line : lines)
    if (line.area > 0) CHECK(line.area > double(grid.cells()) / 20'000 * 0.99);
}

TEST_CASE("lines on the granules' own map, on degrees, and around the date line" * doctest::skip(!has_coastlines())) {
  const Grid tile = modis_tile_grid(11, 4);
  CHECK(coastlines_on(tile).size() > 10);
  CHECK(longest_edge(coastlines_on(tile)) < 30'000);
  const Grid degrees = on_map({-10, 40, 10, 55}, "EPSG:4326", 0.05);
  CHECK(distance_to(coastlines_on(degrees), LineKind::coast, -4.49, 48.36) < 0.1);    // Brest
  CHECK(distance_to(coastlines_on(degrees), LineKind::country, 7.59, 47.59) < 0.05);  // Basel
  const Grid pacific = on_map({160, -50, -160, 60}, "EPSG:3832", 10'000);
  const std::vector<MapLine> around = coastlines_on(pacific);
  CHECK(longest_edge(around) < 50'000);
  double x = 178, y = -37.7;  // East Cape
  REQUIRE(Projection(pacific.crs).to_map({&x, 1}, {&y, 1}));
  CHECK(distance_to(around, LineKind::coast, x, y) < 60'000);
  const Grid world = on_map({-180, -80, 180, 80}, "EPSG:8857", 50'000);
  CHECK(coastlines_on(world).size() > 100);
  CHECK(longest_edge(coastlines_on(world)) < 100'000);
  // Its two sides meet in Greenland.
  const double km = 100'000;
  const Grid turned{180, 400, -20'000'000 + km / 2, km, 9'000'000 - km / 2, -km, "+proj=eqc +lon_0=150 +datum=WGS84"};
  CHECK(coastlines_on(turned).size() > 100);
  CHECK(longest_edge(coastlines_on(turned)) < 100'000);
}
