#include "data/formats/sounding_reader.hpp"

#include <doctest/doctest.h>
#include <netcdf.h>

#include <cmath>
#include <map>

#include "data/dataset/calendar.hpp"
#include "data/dataset/screens.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

struct Variable {
  std::string units;
  std::vector<float> values;
  bool corners = false;
};

// What differs between the products.
struct Layout {
  std::map<std::string, Variable> variables;  // by path
  std::vector<std::pair<std::string, size_t>> dimensions;
  bool corners_first = false;
};

int group_of(int file, const std::string& path, std::string& name) {
  int group = file;
  size_t start = 0;
  for (size_t slash; (slash = path.find('/', start)) != std::string::npos; start = slash + 1) {
    const std::string part = path.substr(start, slash - start);
    int inner = 0;
    if (nc_inq_grp_ncid(group, part.c_str(), &inner) != NC_NOERR)
      REQUIRE(nc_def_grp(group, part.c_str(), &inner) == NC_NOERR);
    group = inner;
  }
  name = path.substr(start);
  return group;
}

void write(const std::filesystem::path& path, const Layout& layout) {
  int file = 0;
  REQUIRE(nc_create(path.c_str(), NC_NETCDF4 | NC_CLOBBER, &file) == NC_NOERR);
  std::vector<int> dimensions;
  for (const auto& [name, length] : layout.dimensions) {
    dimensions.emplace_back();
    REQUIRE(nc_def_dim(file, name.c_str(), length, &dimensions.back()) == NC_NOERR);
  }
  int corners = 0;
  REQUIRE(nc_def_dim(file, "some_corner_name", 4, &corners) == NC_NOERR);
  for (const auto& [where, v] : layout.variables) {
    std::string name;
    const int group = group_of(file, where, name);
    std::vector<int> own = dimensions;
    if (v.corners) own.insert(layout.corners_first ? own.begin() : own.end(), corners);
    int id = 0;
    REQUIRE(nc_def_var(group, name.c_str(), NC_FLOAT, int(own.size()), own.data(), &id) == NC_NOERR);
    if (!v.units.empty()) nc_put_att_text(group, id, "units", v.units.size(), v.units.c_str());
    REQUIRE(nc_put_var_float(group, id, v.values.data()) == NC_NOERR);
  }
  REQUIRE(nc_close(file) == NC_NOERR);
}

Layout l2b() {
  const std::string p = "PRODUCT/", g = "PRODUCT/SUPPORT_DATA/GEOLOCATIONS/";
  Layout layout;
  layout.dimensions = {{"n_elem", 2}};
  layout.variables = {{p + "SIF_743", {"mW/m2/sr/nm", {0.5f, 9.96921e36f}}},
                      {p + "SIF_ERROR_743", {"mW/m2/sr/nm", {0.4f, 0.45f}}},
                      {p + "latitude", {"degrees_north", {45, 46}}},
                      {p + "longitude", {"degrees_east", {-95, -96}}},
                      {p + "delta_time", {"milliseconds since 2019-06-10T00:00:00 UTC", {1000, 86400000}}},
                      {g + "latitude_bounds", {"", {44, 44, 46, 46, 45, 45, 47, 47}, true}},
                      {g + "longitude_bounds", {"", {-96, -94, -94, -96, -97, -95, -95, -97}, true}},
                      {g + "solar_zenith_angle", {"degree", {30, 31}}},
                      {g + "viewing_zenith_angle", {"degree", {10, 20}}},
                      {"PRODUCT/SUPPORT_DATA/INPUT_DATA/cloud_fraction_L2", {"1", {0.1f, 0.7f}}}};
  return layout;
}

Soundings read_all(const std::filesystem::path& path, size_t part = 1000) {
  Soundings all;
  read_soundings(path, part, [&](const Soundings& s) {
    CHECK(s.size() <= part);
    for (size_t i = 0; i < s.size(); ++i) all.append(s, i);
  });
  return all;
}

void check_first(const Soundings& s) {
  REQUIRE(s.size() == 2);
  CHECK(s.sif[0] == 0.5f);
  CHECK(s.error[0] == 0.4f);
  CHECK(s.longitude[0] == -95);
  CHECK(s.latitudes[0] == std::array<double, 4>{44, 44, 46, 46});
  CHECK(s.longitudes[1] == std::array<double, 4>{-97, -95, -95, -97});
  CHECK(s.vza[1] == 20);
  CHECK(s.cloud_fraction[1] == 0.7f);
  CHECK(s.time[0] == day_number({2019, 6, 10}) * 86400.0 + 1);
}

}  // namespace

TEST_CASE("TROPOSIF L2B: a list of soundings; the undeclared fill is missing") {
  const test::TemporaryDirectory directory;
  write(directory / "a.nc", l2b());
  const Soundings s = read_all(directory / "a.nc");
  check_first(s);
  CHECK(std::isnan(s.sif[1]));
  CHECK(s.time[1] == day_number({2019, 6, 11}) * 86400.0);
  check_first(read_all(directory / "a.nc", 1));
}

TEST_CASE("TROPOSIF L2 of an orbit: scanlines and ground pixels") {
  const test::TemporaryDirectory directory;
  Layout layout = l2b();
  layout.dimensions = {{"time", 1}, {"scanline", 2}, {"ground_pixel", 1}};
  write(directory / "a.nc", layout);
  check_first(read_all(directory / "a.nc"));
  check_first(read_all(directory / "a.nc", 1));
}

TEST_CASE("Caltech: flat names, corners first, seconds since 1970") {
  const test::TemporaryDirectory directory;
  const std::map<std::string, std::string> names = {{"SIF_743", "sif"},
                                                    {"SIF_ERROR_743", "sif_err"},
                                                    {"latitude", "lat"},
                                                    {"longitude", "lon"},
                                                    {"latitude_bounds", "lat_bnds"},
                                                    {"longitude_bounds", "lon_bnds"},
                                                    {"solar_zenith_angle", "sza"},
                                                    {"viewing_zenith_angle", "vza"},
                                                    {"cloud_fraction_L2", "cloud_fraction"}};
  Layout layout;
  layout.dimensions = {{"n", 2}};
  layout.corners_first = true;
  for (const auto& [path, v] : l2b().variables) {
    const std::string last = path.substr(path.rfind('/') + 1);
    if (!names.contains(last)) continue;
    Variable turned = v;
    if (v.corners)
      for (size_t i = 0; i < 2; ++i)
        for (size_t k = 0; k < 4; ++k) turned.values[k * 2 + i] = v.values[i * 4 + k];
    layout.variables[names.at(last)] = turned;
  }
  layout.variables["TIME"] = {"", {1e9f, 1e9f}};
  write(directory / "a.nc", layout);
  const Soundings s = read_all(directory / "a.nc");
  CHECK(s.time[0] == double(1e9f));
  CHECK(s.latitudes[0] == std::array<double, 4>{44, 44, 46, 46});
  CHECK(s.longitudes[1] == std::array<double, 4>{-97, -95, -95, -97});
}

TEST_CASE("Wrong files are named, with the variable") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "a.nc";
  Layout wrong = l2b();
  wrong.variables["PRODUCT/SIF_743"].units = "W/m2/sr/nm";
  write(path, wrong);
  CHECK_THROWS_NAMING(Error, read_all(path), path.string(), "SIF_743", "'W/m2/sr/nm'", "mW/m2/sr/nm");
  wrong = l2b();
  wrong.variables.erase("PRODUCT/SUPPORT_DATA/GEOLOCATIONS/latitude_bounds");
  write(path, wrong);
  CHECK_THROWS_NAMING(Error, read_all(path), path.string(), "latitude_bounds");
  wrong = l2b();
  wrong.variables.erase("PRODUCT/SIF_743");
  write(path, wrong);
  CHECK_THROWS_NAMING(Error, read_all(path), path.string(), "SIF_743");
  wrong = l2b();
  wrong.variables["PRODUCT/delta_time"].units = "ticks";
  write(path, wrong);
  CHECK_THROWS_NAMING(Error, read_all(path), "delta_time", "'ticks'");
  wrong = l2b();
  wrong.variables = {{"temperature", {"K", {1, 2}}}};
  write(path, wrong);
  CHECK_THROWS_NAMING(Error, read_all(path), path.string(), "TROPOSIF", "Caltech");

  write(path, l2b());
  const std::string whole = test::read_file(path);
  for (const size_t size : {size_t(0), size_t(100), whole.size() / 2, whole.size() - 100}) {
    test::write_file(path, whole.substr(0, size));
    CHECK_THROWS_NAMING(Error, read_all(path), path.string());
  }
  CHECK_THROWS_NAMING(Error, read_all(directory / "none.nc"), "none.nc", "no such file");
}

TEST_CASE("Each screen counts what it removes; the first that fails has it") {
  const float none = std::nanf("");
  Soundings s;
  const auto add = [&](float sif, float error, float cloud, float vza, float sza) {
    s.sif.push_back(sif), s.error.push_back(error), s.cloud_fraction.push_back(cloud);
    s.vza.push_back(vza), s.sza.push_back(sza);
    s.longitude.push_back(0), s.latitude.push_back(0), s.time.push_back(0);
  };
  add(1, 0.4f, 0.1f, 10, 30);
  add(none, 0.4f, 0.1f, 10, 30);
  add(1, none, 0.9f, 10, 30);
  add(1, 0.4f, 0.6f, 70, 30);
  add(1, 0.4f, none, 10, 30);
  add(1, 0.4f, 0.5f, 61, 30);
  add(1, 0.4f, 0.5f, 60, 71);
  add(1, 2.5f, 0.5f, 60, 70);
  add(1, 0, 0.5f, 60, 70);
  ScreenCounts counts;
  std::vector<bool> kept;
  for (size_t i = 0; i < s.size(); ++i) kept.push_back(passes({}, s, i, counts));
  CHECK(kept == std::vector<bool>{true, false, false, false, false, false, false, false, false});
  CHECK(counts.read == 9);
  CHECK(counts.missing == 2);
  CHECK(counts.cloud == 2);
  CHECK(counts.vza == 1);
  CHECK(counts.sza == 1);
  CHECK(counts.error == 2);
  CHECK(counts.kept() == 1);
}

TEST_CASE("Windows of sixteen days; the last of a year runs on into the next") {
  CHECK(to_string(date_of(2019, 145)) == "2019-05-25");
  CHECK(to_string(date_of(2020, 366)) == "2020-12-31");
  CHECK(parse_date("2019-02-29") == std::nullopt);
  CHECK(day_number({1970, 1, 1}) == 0);
  CHECK(date_of(day_number({2000, 2, 29})) == Date{2000, 2, 29});
  const Window window{{2019, 5, 25}}, last{date_of(2019, 353)}, leap{date_of(2020, 361)};
  CHECK(window.days() == 16);
  CHECK(window.holds(day_number({2019, 6, 9})));
  CHECK(!window.holds(day_number({2019, 6, 10})));
  CHECK(last.days() == 16);
  CHECK(last.holds(day_number({2020, 1, 3})));
  CHECK(!last.holds(day_number({2020, 1, 4})));
  CHECK(leap.holds(day_number({2021, 1, 10})));
  CHECK(!leap.holds(day_number({2021, 1, 11})));
  CHECK(day_of_year({2020, 12, 31}) == 366);
  CHECK(day_of_year({2021, 1, 1}) == 1);

  // Days of two windows belong to that which begins last, in whatever order they stand.
  const std::vector<Window> both = {{{2020, 1, 1}}, last}, turned = {last, {{2020, 1, 1}}};
  CHECK(window_of(both, day_number({2019, 12, 31})) == 1);
  CHECK(window_of(both, day_number({2020, 1, 2})) == 0);
  CHECK(window_of(turned, day_number({2020, 1, 2})) == 1);
  CHECK(window_of(std::vector<Window>{last}, day_number({2020, 1, 2})) == 0);
  CHECK(window_of(both, day_number({2020, 1, 17})) == std::nullopt);
}
