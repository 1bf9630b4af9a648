#include "data/formats/sounding_reader.hpp"

#include <doctest/doctest.h>
#include <netcdf.h>

#include <cmath>
#include <limits>
#include <map>

#include "data/dataset/calendar.hpp"
#include "data/dataset/screens.hpp"
#include "data/dataset/seen_soundings.hpp"
#include "data/formats/sounding_name.hpp"
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
  std::vector<int> integers = {};  // instead of values: stored as int
};

// What differs between the products.
struct Layout {
  std::map<std::string, Variable> variables;  // by path
  std::vector<std::pair<std::string, size_t>> dimensions;
  bool corners_first = false;
  int orbit = -1;  // attribute; -1: none
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
    const nc_type type = v.integers.empty() ? NC_FLOAT : NC_INT;
    REQUIRE(nc_def_var(group, name.c_str(), type, int(own.size()), own.data(), &id) == NC_NOERR);
    if (!v.units.empty()) nc_put_att_text(group, id, "units", v.units.size(), v.units.c_str());
    REQUIRE((type == NC_INT ? nc_put_var_int(group, id, v.integers.data())
                            : nc_put_var_float(group, id, v.values.data())) == NC_NOERR);
  }
  if (layout.orbit >= 0) REQUIRE(nc_put_att_int(file, NC_GLOBAL, "orbit", NC_INT, 1, &layout.orbit) == NC_NOERR);
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

TEST_CASE("Fills of integers that nobody declared are missing") {
  const test::TemporaryDirectory directory;
  Layout layout = l2b();
  layout.variables["PRODUCT/delta_time"].integers = {NC_FILL_INT, 1000};
  write(directory / "a.nc", layout);
  const Soundings s = read_all(directory / "a.nc");
  CHECK(std::isnan(s.time[0]));
  CHECK(s.time[1] == day_number({2019, 6, 10}) * 86400.0 + 1);
  ScreenCounts counts;
  CHECK(!passes({}, s, 0, counts));
  CHECK(counts.missing == 1);
  CHECK(sounding_days(directory / "a.nc") == std::map<int, int64_t>{{day_number({2019, 6, 10}), 1}});
  CHECK(count_soundings(directory / "a.nc") == 2);
}

TEST_CASE("Orbit, scanline and pixel: of an orbit's file, of variables, of the name") {
  const test::TemporaryDirectory directory;
  Layout layout = l2b();
  layout.dimensions = {{"time", 1}, {"scanline", 2}, {"ground_pixel", 1}};
  write(directory / "S5P_PAL__L2__SIF____20190610T002116_20190610T020246_08577_01_010001_20230912T094900.nc", layout);
  Soundings s =
      read_all(directory / "S5P_PAL__L2__SIF____20190610T002116_20190610T020246_08577_01_010001_20230912T094900.nc", 1);
  CHECK(s.orbit == std::vector<int32_t>{8577, 8577});
  CHECK(s.scanline == std::vector<int32_t>{0, 1});
  CHECK(s.pixel == std::vector<int32_t>{0, 0});
  layout.orbit = 42;
  write(directory / "a.nc", layout);
  CHECK(read_all(directory / "a.nc").orbit == std::vector<int32_t>{42, 42});

  layout = l2b();
  write(directory / "a.nc", layout);
  s = read_all(directory / "a.nc");
  CHECK(s.orbit.empty());
  CHECK(s.scanline.empty());
  CHECK(s.pixel.empty());
  layout.variables["PRODUCT/orbit"].integers = {7, 8};
  layout.variables["PRODUCT/scanline"].integers = {3000, NC_FILL_INT};
  layout.variables["PRODUCT/ground_pixel"].integers = {1, 449};
  write(directory / "a.nc", layout);
  s = read_all(directory / "a.nc", 1);
  CHECK(s.orbit == std::vector<int32_t>{7, 8});
  CHECK(s.scanline == std::vector<int32_t>{3000, -1});
  CHECK(s.pixel == std::vector<int32_t>{1, 449});
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

TEST_CASE("TROPOSIF: SIF of a day, and of the fit window from 735 nm on") {
  const test::TemporaryDirectory directory;
  Layout layout = l2b();
  const std::string p = "PRODUCT/";
  layout.variables[p + "SIF_Corr_743"] = {"mW/m2/sr/nm", {0.2f, 0.3f}};
  layout.variables["PRODUCT/SUPPORT_DATA/DETAILED_RESULTS/DayLength_fac"] = {"", {0.5f, 0.25f}};
  layout.variables[p + "SIF_735"] = {"mW/m2/sr/nm", {0.6f, 9.96921e36f}};
  layout.variables[p + "SIF_ERROR_735"] = {"mW/m2/sr/nm", {0.5f, 9.96921e36f}};
  const auto path = directory / "a.nc";
  write(path, layout);
  const auto read = [&](const SoundingSource& source) {
    Soundings all;
    read_soundings(
        path, 1, [&](const Soundings& s) { all.append(s, 0); }, source);
    return all;
  };
  Soundings s = read({{SifKind::daily}, {}});
  CHECK(s.sif == std::vector<float>{0.2f, 0.3f});
  CHECK(s.error[0] == 0.2f);
  CHECK(s.error[1] == doctest::Approx(0.1125));
  CHECK(sounding_contents(path, {{SifKind::daily}, {}}).sif == SifQuantity{SifKind::daily});
  s = read({{SifKind::instantaneous, 735}, {}});
  CHECK(s.sif[0] == 0.6f);
  CHECK(s.error[0] == 0.5f);
  CHECK(std::isnan(s.sif[1]));
  const SoundingContents contents = sounding_contents(path, {{SifKind::instantaneous, 735}, {}});
  CHECK(contents.product == "TROPOSIF");
  CHECK(sif_name(contents.sif) == "SIF at 740 nm (735 nm fit window)");
  CHECK_THROWS_NAMING(Error, read({{SifKind::daily, 735}, {}}), path.string(), "SIF_Corr_735");
}

TEST_CASE("A format of the user's own: names, constants, codes, screens, units") {
  const test::TemporaryDirectory directory;
  Layout layout = l2b();
  std::map<std::string, Variable> named;
  for (const auto& [path, v] : layout.variables) named["x_" + path.substr(path.rfind('/') + 1)] = v;
  named["x_SIF_743"] = {"", {0.5f, -77}};
  named["x_delta_time"].units = "";
  named["x_flag"] = {"", {1, 0}};
  named["x_land"] = {"", {95, 70}};
  layout.variables = named;
  const auto path = directory / "a.nc";
  write(path, layout);
  SoundingLayout own{.product = "mine",
                     .sif = {{{SifKind::daily, 757}, "x_SIF_743", "0.25", ""}},
                     .latitude = "x_latitude",
                     .longitude = "x_longitude",
                     .latitudes = "x_latitude_bounds",
                     .longitudes = "x_longitude_bounds",
                     .time = "x_delta_time",
                     .sza = "x_solar_zenith_angle",
                     .vza = "x_viewing_zenith_angle",
                     .cloud = "0",
                     .time_units = "seconds since 2019-06-10",
                     .sif_units = "W m-2 sr-1 um-1",
                     .missing = {-77},
                     .screens = {{"x_flag", {0, 1}}, {"x_land", {}, 80, 100}}};
  const SoundingSource source{{SifKind::daily}, own};
  Soundings s;
  read_soundings(
      path, 1000, [&](const Soundings& all) { s = all; }, source);
  REQUIRE(s.size() == 2);
  CHECK(s.sif[0] == 0.5f);
  CHECK(std::isnan(s.sif[1]));
  CHECK(s.error == std::vector<float>{0.25f, 0.25f});
  CHECK(s.cloud_fraction == std::vector<float>{0, 0});
  CHECK(s.rejected == std::vector<uint8_t>{0, 1});
  CHECK(s.time[0] == day_number({2019, 6, 10}) * 86400.0 + 1000);
  CHECK(sif_name(sounding_contents(path, source).sif) == "daily mean SIF at 757 nm");
  ScreenCounts counts;
  CHECK(passes({}, s, 0, counts));
  s.sif[1] = 0.5f;
  CHECK(!passes({}, s, 1, counts));
  CHECK(counts.rejected == 1);
  CHECK(counts.kept() == 1);
  CHECK_THROWS_NAMING(UsageError, sounding_contents(path, {{}, own}), path.string(), "mine", "instantaneous", "daily");
  CHECK_THROWS_NAMING(Error, sounding_contents(path), path.string(), "--soundings-format", "x_latitude");
  own.sif_units = "W/m2/sr/nm";
  CHECK_THROWS_NAMING(Error, count_soundings(path, {{SifKind::daily}, own}), "x_SIF_743", "W/m2/sr/nm");
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
  CHECK_THROWS_NAMING(Error, read_all(path), path.string(), "TROPOSIF", "Caltech", "temperature");
  wrong.variables = {{"PRODUCT/carbonmonoxide_total_column", {"mol m-2", {1, 2}}}, {"PRODUCT/latitude", {"", {1, 2}}}};
  write(path, wrong);
  CHECK_THROWS_NAMING(Error, read_all(path), path.string(), "L2__CO,", "TROPOSIF");
  const auto no2 = directory / "S5P_OFFL_L2__NO2____20190610T002116_20190610T020246_08577_01_010302_20190616T000000.nc";
  wrong.variables = {{"PRODUCT/latitude", {"", {1, 2}}}};
  write(no2, wrong);
  CHECK_THROWS_NAMING(Error, read_all(no2), no2.string(), "L2__NO2,", "TROPOSIF");
  CHECK_THROWS_NAMING(Error, read_all(directory.path()), "is a folder");

  write(path, l2b());
  const std::string whole = test::read_file(path);
  for (const size_t size : {size_t(0), size_t(100), whole.size() / 2, whole.size() - 100}) {
    test::write_file(path, whole.substr(0, size));
    CHECK_THROWS_NAMING(Error, read_all(path), path.string());
  }
  CHECK_THROWS_NAMING(Error, read_all(directory / "none.nc"), "none.nc", "no such file");
}

TEST_CASE("A text where numbers belong is refused, as are more soundings than fit into a file") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "a.nc";
  const auto written = [&](nc_type type, size_t soundings) {
    Layout layout = l2b();
    const std::string name = soundings ? "SIF_743" : "latitude";
    layout.variables.erase("PRODUCT/" + name);
    write(path, layout);
    int file = 0, group = 0, dimension = 0, id = 0;
    REQUIRE(nc_open(path.c_str(), NC_WRITE, &file) == NC_NOERR);
    REQUIRE(nc_inq_grp_ncid(file, "PRODUCT", &group) == NC_NOERR);
    REQUIRE(nc_inq_dimid(file, "n_elem", &dimension) == NC_NOERR);
    if (soundings) REQUIRE(nc_def_dim(group, "many", soundings, &dimension) == NC_NOERR);
    REQUIRE(nc_def_var(group, name.c_str(), type, 1, &dimension, &id) == NC_NOERR);
    REQUIRE(nc_close(file) == NC_NOERR);
  };
  for (const nc_type type : {NC_STRING, NC_CHAR}) {
    written(type, 0);
    CHECK_THROWS_NAMING(Error, read_all(path), path.string(), "PRODUCT/latitude holds no numbers");
  }
  written(NC_FLOAT, size_t(1) << 40);
  CHECK_THROWS_NAMING(Error, read_all(path), path.string(), "PRODUCT/SIF_743", "too many soundings");
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

TEST_CASE("Screens compare in the type of the files") {
  Soundings s;
  s.sif = {1}, s.longitude = {0}, s.latitude = {0}, s.time = {0};
  s.cloud_fraction = {0.2f}, s.vza = {33.3f}, s.sza = {70.1f}, s.error = {0.7f};
  for (const double value : {0.2, 0.1, 0.7, 0.8}) {
    s.cloud_fraction = {float(value)}, s.error = {float(value)};
    ScreenCounts counts;
    CHECK_MESSAGE(passes({value, 33.3, 70.1, value}, s, 0, counts), value);
  }
  ScreenCounts counts;
  CHECK(!passes({0.7999, 33.3, 70.1, 0.8}, s, 0, counts));
  CHECK(!passes({0.8, 33.2999, 70.1, 0.8}, s, 0, counts));
  CHECK(!passes({0.8, 33.3, 70.0999, 0.8}, s, 0, counts));
  CHECK(!passes({0.8, 33.3, 70.1, 0.7999}, s, 0, counts));
}

TEST_CASE("Values that cannot be are counted by their cause, whatever the screens allow") {
  const Screens all = {1e9, 1e9, 1e9, 1e9, 0, 100};
  Soundings one;
  one.sif = {1}, one.error = {0.4f}, one.longitude = {-95}, one.latitude = {45}, one.time = {50};
  one.longitudes = {{-95, -95, -95, -95}}, one.latitudes = {{45, 45, 45, 45}};
  one.cloud_fraction = {0.1f}, one.vza = {20}, one.sza = {30};
  ScreenCounts counts;
  const auto refused = [&](auto&& change) {
    Soundings s = one;
    change(s);
    return !passes(all, s, 0, counts);
  };
  CHECK(!refused([](Soundings&) {}));
  CHECK(!refused([](Soundings& s) { s.sif = {-3}, s.sza = {95}, s.cloud_fraction = {1.02f}, s.longitude = {265}; }));
  for (const float sif : {1e4f, -999.f, -99.f}) CHECK(refused([&](Soundings& s) { s.sif = {sif}; }));
  CHECK(refused([](Soundings& s) { s.error = {9999}; }));
  CHECK(counts.impossible_sif == 4);
  for (const float angle : {-999.f, 91.f, 327.67f}) CHECK(refused([&](Soundings& s) { s.vza = {angle}; }));
  for (const float angle : {-1.f, 181.f}) CHECK(refused([&](Soundings& s) { s.sza = {angle}; }));
  CHECK(counts.impossible_angle == 5);
  for (const float share : {-1.f, 255.f}) CHECK(refused([&](Soundings& s) { s.cloud_fraction = {share}; }));
  CHECK(counts.impossible_cloud == 2);
  CHECK(refused([](Soundings& s) { s.latitude = {90.5}; }));
  CHECK(refused([](Soundings& s) { s.longitude = {-999}; }));
  CHECK(refused([](Soundings& s) { s.latitudes[0][2] = -9999; }));
  CHECK(refused([](Soundings& s) { s.longitudes[0][3] = 1e5; }));
  CHECK(refused([](Soundings& s) { s.latitudes[0][2] = 48; }));
  CHECK(refused([](Soundings& s) { s.longitudes[0][1] = -91; }));
  CHECK(refused([](Soundings& s) { s.longitudes = {{45, 45, 45, 45}}, s.latitudes = {{-85, -85, -85, -85}}; }));
  CHECK(!refused([](Soundings& s) {
    s.longitude = {-179.99}, s.latitude = {89.5};
    s.longitudes = {{179, -140, 130, 20}}, s.latitudes = {{89.6, 89.5, 89.6, 90}};
  }));
  CHECK(counts.impossible_place == 7);
  for (const double time : {-1.0, 101.0}) CHECK(refused([&](Soundings& s) { s.time = {time}; }));
  CHECK(counts.impossible_time == 2);
  Screens no_times = all;
  no_times.first_time = -std::numeric_limits<double>::infinity(), no_times.last_time = -no_times.first_time;
  one.time = {1e30};
  CHECK(!passes(no_times, one, 0, counts));
  one.time = {50};
  CHECK(counts.impossible_time == 3);
  CHECK(refused([](Soundings& s) { s.error = {0}; }));
  CHECK(refused([](Soundings& s) { s.error = {-1}; }));
  CHECK(counts.error == 2);
  CHECK(counts.read == 26);
  CHECK(counts.kept() == 3);
  int64_t told = 0;
  for (const auto& [what, count] : counts.lines()) told += count;
  CHECK(told == 23);
}

TEST_CASE("Names of sounding files tell product, day, times and processing") {
  using Kind = SoundingName::Kind;
  const int may = day_number({2019, 5, 28});
  SoundingName name = sounding_name("a/TROPOSIF_L2B_2019-05-28.nc");
  CHECK(name.kind == Kind::troposif_day);
  CHECK(name.day == may);
  CHECK(name.first <= may * 86400.0);
  CHECK(name.last >= (may + 1) * 86400.0 + 101.5 * 60);  // an orbit that began before midnight
  CHECK(name.last < (may + 1.5) * 86400.0);
  CHECK(name.processed.empty());
  name = sounding_name("S5P_PAL__L2B_SIF____20190528T002116_20190528T222045_20230912T094900.nc");
  CHECK(name.kind == Kind::troposif_day);
  CHECK(name.day == may);
  CHECK(name.processed == "20230912T094900");
  CHECK(name.last >= may * 86400.0 + 22 * 3600 + 20 * 60 + 45 + 101.5 * 60);
  name = sounding_name("S5P_PAL__L2__SIF____20190528T002116_20190528T020246_08393_01_010001_20230912T094900.nc");
  CHECK(name.kind == Kind::troposif_orbit);
  CHECK(name.orbit == 8393);
  CHECK(name.processed == "20230912T094900");
  CHECK(sounding_name("TROPO_SIF_2019-05-28_ungridded.nc").kind == Kind::caltech_day);
  CHECK(sounding_name("TROPOSIF_L2B_2019-05-28_iowa.nc").kind == Kind::part);
  CHECK(sounding_name("TROPOSIF_L2B_2019-05-28_2019-06-02.nc").kind == Kind::other);  // several days
  CHECK(sounding_name("TROPOSIF_L2B_2019-02-30.nc").kind == Kind::other);
  CHECK(sounding_name("may.nc").kind == Kind::other);
  CHECK(sentinel_5p_product("S5P_NRTI_L2__AER_AI_20190528T002116_20190528T020246_08393_01_010302_20190601T1.nc") ==
        "L2__AER_AI");
}

TEST_CASE("A sounding is itself by orbit, scanline and pixel, or by time and place, whatever its value") {
  Soundings list;
  const auto sounding = [](double time, double longitude, float sif, int32_t pixel = -1) {
    Soundings s;
    s.sif = {sif}, s.error = {0.4f}, s.longitude = {longitude}, s.latitude = {45}, s.time = {time};
    s.longitudes = s.latitudes = {{}}, s.sza = s.vza = s.cloud_fraction = {0};
    if (pixel >= 0) s.orbit = {5}, s.scanline = {6}, s.pixel = {pixel};
    return s;
  };
  SeenSoundings seen(list);
  for (int i = 0; i < 5000; ++i) {
    const Soundings s = sounding(i, i % 90 + 0.1, float(i), i % 7 ? -1 : i);
    CHECK(!seen.has(s, 0));
    list.append(s, 0), seen.add(list.size() - 1);
  }
  CHECK(list.pixel.size() == 5000);
  CHECK(list.pixel[1] == -1);
  CHECK(list.pixel[7] == 7);
  for (int i = 0; i < 5000; ++i) CHECK(seen.has(sounding(i + 1e-4, double(float(i % 90 + 0.1)), -1), 0));
  CHECK(!seen.has(sounding(6000, 21.1, 4971), 0));  // the place once more, another time
  CHECK(!seen.has(sounding(5001, 21.1, 2), 0));
  CHECK(seen.has(sounding(5001, 21.1, 4971), 0));  // a time that stands for more than one scanline
  CHECK(!seen.has(sounding(21, 21.1001, 1), 0));
  CHECK(seen.has(sounding(21, 33.3, 1, 21), 0));  // the pixel, placed anew
  CHECK(!seen.has(sounding(21, 33.3, 1, 22), 0));
}

TEST_CASE("Windows of sixteen days; the last of a year runs on into the next") {
  CHECK(to_string(date_of(2019, 145)) == "2019-05-25");
  CHECK(to_string(date_of(2020, 366)) == "2020-12-31");
  CHECK(parse_date("2019-02-29") == std::nullopt);
  CHECK(day_number({1970, 1, 1}) == 0);
  CHECK(date_of(day_number({2000, 2, 29})) == Date{2000, 2, 29});
  const Window window{{2019, 5, 25}}, last{date_of(2019, 353)}, leap{date_of(2020, 361)};
  CHECK(window.days == 16);
  CHECK(window.holds(day_number({2019, 6, 9})));
  CHECK(!window.holds(day_number({2019, 6, 10})));
  CHECK(last.holds(day_number({2020, 1, 3})));
  CHECK(!last.holds(day_number({2020, 1, 4})));
  CHECK(leap.holds(day_number({2021, 1, 10})));
  CHECK(!leap.holds(day_number({2021, 1, 11})));
  CHECK(day_of_year({2020, 12, 31}) == 366);
  CHECK(day_of_year({2021, 1, 1}) == 1);

  // Of two windows with a day the latest is that which begins last, in whatever order they stand.
  const std::vector<Window> both = {{{2020, 1, 1}}, last}, turned = {last, {{2020, 1, 1}}};
  CHECK(latest_window_of(both, day_number({2019, 12, 31})) == 1);
  CHECK(latest_window_of(both, day_number({2020, 1, 2})) == 0);
  CHECK(latest_window_of(turned, day_number({2020, 1, 2})) == 1);
  CHECK(latest_window_of(std::vector<Window>{last}, day_number({2020, 1, 2})) == 0);
  CHECK(latest_window_of(both, day_number({2020, 1, 17})) == std::nullopt);
}

TEST_CASE("Long attributes are not shown whole") {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "a.nc", units(10000, '\x1b');
  for (const char* variable : {"PRODUCT/SIF_743", "PRODUCT/delta_time"}) {
    Layout layout = l2b();
    layout.variables.at(variable).units = units;
    write(path, layout);
    const std::string error = test::thrown([&] { read_all(path); });
    CHECK(test::contains(error, variable));
    CHECK(error.size() < 400);
    CHECK(error.find('\x1b') == std::string::npos);
  }
}
