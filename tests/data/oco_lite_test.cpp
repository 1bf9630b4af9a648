#include <doctest/doctest.h>
#include <netcdf.h>

#include <array>
#include <cmath>

#include "data/dataset/calendar.hpp"
#include "data/formats/file_software.hpp"
#include "data/formats/oco_lite_reader.hpp"
#include "data/formats/oco_lite_writer.hpp"
#include "data/formats/sounding_name.hpp"
#include "data/formats/sounding_reader.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

const double noon = day_number({2019, 6, 10}) * 86400.0 + 19 * 3600 + 30 * 60;
const std::string real_name = "oco2_LtSIF_190610_B11012Ar_220727210512s.nc4";

OcoFootprints three() {
  OcoFootprints all;
  all.sensor = "OCO-2";
  Soundings& s = all.footprints;
  s.longitude = {-95, -95.5, -96}, s.latitude = {45, 45.5, 46}, s.time = {noon, noon + 1. / 3, noon + 2. / 3};
  s.longitudes = {{-95.01, -94.99, -94.99, -95.01}, {-95.51, -95.49, -95.49, -95.51}, {-96.01, -95.99, -95.99, -96.01}};
  s.latitudes = {{44.99, 44.99, 45.01, 45.01}, {45.49, 45.49, 45.51, 45.51}, {45.99, 45.99, 46.01, 46.01}};
  s.sza = {30, 31, 32}, s.vza = {1, 2, 3}, s.pixel = {1, 2, 8};
  all.sif_757 = {1, -0.5f, std::nanf("")}, all.sif_771 = {0.5f, -0.25f, std::nanf("")};
  all.sigma_757 = {0.3f, 0.3f, 0.3f}, all.sigma_771 = {0.2f, 0.2f, 0.2f};
  all.daily_factor = {0.4f, 0.4f, 0.4f};
  s.sif = {1.3125f, -0.65625f, std::nanf("")}, s.error = {0.32f, 0.32f, 0.32f};
  all.daily_sif = {0.525f, -0.2625f, std::nanf("")};
  all.quality = {0, 1, -1}, all.cloud = {0, 1, 2}, all.mode = {0, 1, 4}, all.igbp = {12, 5, -1};
  all.orbit = {26345, 26345, 26346};
  return all;
}

// Opens the file, changes it, closes it.
template <class Change>
void change(const std::filesystem::path& path, const Change& how) {
  int file = 0;
  REQUIRE(nc_open(path.c_str(), NC_WRITE, &file) == NC_NOERR);
  how(file);
  REQUIRE(nc_close(file) == NC_NOERR);
}

void put_value(int group, const char* name, size_t index, float value) {
  int id = 0;
  REQUIRE(nc_inq_varid(group, name, &id) == NC_NOERR);
  REQUIRE(nc_put_var1_float(group, id, &index, &value) == NC_NOERR);
}

}  // namespace

TEST_CASE("OCO Lite: what was written is read, negatives kept, fills missing") {
  const test::TemporaryDirectory directory;
  const auto path = directory / real_name;
  write_oco_lite(path, three(), "ideal");
  CHECK(is_oco_lite(path));
  CHECK(simulated_world(path) == "ideal");
  const OcoFootprints all = read_oco_lite(path), wanted = three();
  REQUIRE(all.size() == 3);
  CHECK(all.sensor == "OCO-2");
  CHECK(all.version == "11r");
  const Soundings& s = all.footprints;
  CHECK(s.sif[1] == -0.65625f);
  CHECK(std::isnan(s.sif[2]));
  CHECK(std::isnan(all.sif_757[2]));
  CHECK(std::isnan(all.daily_sif[2]));
  CHECK(s.time[1] == doctest::Approx(noon + 1. / 3).epsilon(1e-15));
  for (size_t k = 0; k < 4; ++k) CHECK(s.longitudes[2][k] == doctest::Approx(wanted.footprints.longitudes[2][k]));
  CHECK(s.latitudes[0][2] == doctest::Approx(45.01));
  CHECK(s.error[0] == 0.32f);
  CHECK(all.sigma_771[0] == 0.2f);
  CHECK(all.daily_factor[0] == 0.4f);
  CHECK(all.quality == wanted.quality);
  CHECK(all.cloud == wanted.cloud);
  CHECK(all.mode == wanted.mode);
  CHECK(all.igbp == wanted.igbp);
  CHECK(all.orbit == wanted.orbit);
  CHECK(s.orbit == std::vector<int32_t>{26345, 26345, 26346});
  CHECK(s.pixel == std::vector<int32_t>{1, 2, 8});
  CHECK(s.cloud_fraction[0] == 0);
  CHECK(s.cloud_fraction[1] == 1);
  CHECK(std::isnan(s.cloud_fraction[2]));
}

TEST_CASE("OCO Lite: codes for missing that nobody declared, and what cannot be") {
  const test::TemporaryDirectory directory;
  const auto path = directory / real_name;
  write_oco_lite(path, three());
  change(path, [](int file) {
    int science = 0;
    REQUIRE(nc_inq_grp_ncid(file, "Science", &science) == NC_NOERR);
    put_value(file, "SIF_740nm", 0, -9999), put_value(file, "SIF_Uncertainty_740nm", 1, -9999);
    put_value(file, "Latitude", 2, -999999), put_value(file, "SZA", 0, -9999), put_value(file, "Delta_Time", 1, -9999);
    put_value(science, "SIF_757nm", 0, -9999), put_value(science, "daily_correction_factor", 0, 9999);
    put_value(file, "Quality_Flag", 0, 17);
  });
  const OcoFootprints all = read_oco_lite(path);
  const Soundings& s = all.footprints;
  for (const double value : {double(s.sif[0]), double(s.error[1]), s.latitude[2], double(s.sza[0]), s.time[1],
                             double(all.sif_757[0]), double(all.daily_factor[0])})
    CHECK(std::isnan(value));
  CHECK(all.quality[0] == -1);
  CHECK(s.sif[1] == -0.65625f);
}

TEST_CASE("OCO Lite: corners of another group, names of attributes, one line for what lacks") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "mine.nc4";
  const auto rename = [&](const char* from, const char* to) {
    change(path, [&](int file) {
      int id = 0;
      REQUIRE(nc_inq_varid(file, from, &id) == NC_NOERR);
      REQUIRE(nc_rename_var(file, id, to) == NC_NOERR);
    });
  };
  write_oco_lite(path, three());
  CHECK(read_oco_lite(path).sensor == "OCO-2");
  CHECK(read_oco_lite(path).version == "11r");
  change(path, [](int file) { REQUIRE(nc_del_att(file, NC_GLOBAL, "product_version") == NC_NOERR); });
  CHECK_THROWS_NAMING(Error, read_oco_lite(path), path.string(), "version", "oco2_LtSIF_");
  write_oco_lite(path, three());
  rename("Longitude_Corners", "corners");
  CHECK_THROWS_NAMING(Error, read_oco_lite(path), path.string(), "Longitude_Corners", "without corners");
  change(path, [](int file) {
    int group = 0, id = 0;
    std::array<int, 2> dimensions = {};
    REQUIRE(nc_inq_dimid(file, "sounding_dim", &dimensions[0]) == NC_NOERR);
    REQUIRE(nc_inq_dimid(file, "vertex_dim", &dimensions[1]) == NC_NOERR);
    REQUIRE(nc_def_grp(file, "Geolocation", &group) == NC_NOERR);
    REQUIRE(nc_def_var(group, "footprint_longitude_vertices", NC_FLOAT, 2, dimensions.data(), &id) == NC_NOERR);
    const std::vector<float> values = {-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -9999};
    REQUIRE(nc_put_var_float(group, id, values.data()) == NC_NOERR);
  });
  const Soundings other = read_oco_lite(path).footprints;
  CHECK(other.longitudes[1] == std::array<double, 4>{-5, -6, -7, -8});
  CHECK(std::isnan(other.longitudes[2][3]));
  write_oco_lite(path, three());
  rename("SIF_740nm", "sif");
  CHECK(!is_oco_lite(path));
  CHECK_THROWS_NAMING(Error, read_oco_lite(path), path.string(), "SIF_740nm", "OCO-2");
  write_oco_lite(path, three());
  rename("SZA", "sun");
  CHECK_THROWS_NAMING(Error, read_oco_lite(path), path.string(), "SZA");
  write_oco_lite(path, three());
  change(path, [](int file) {
    int id = 0;
    REQUIRE(nc_inq_varid(file, "SIF_740nm", &id) == NC_NOERR);
    REQUIRE(nc_put_att_text(file, id, "units", 9, "W/m^2/sr/") == NC_NOERR);
  });
  CHECK_THROWS_NAMING(Error, read_oco_lite(path), "SIF_740nm", "W/m^2/sr/", "mW/m2/sr/nm");
  write_oco_lite(path, three());
  const std::string whole = test::read_file(path);
  test::write_file(path, whole.substr(0, whole.size() / 2));
  CHECK_THROWS_NAMING(Error, read_oco_lite(path), path.string());
}

TEST_CASE("OCO Lite: times in words count from 1990 as well") {
  const test::TemporaryDirectory directory;
  const auto path = directory / real_name;
  const auto with_units = [&](const std::string& units) {
    write_oco_lite(path, three());
    change(path, [&](int file) {
      int id = 0;
      REQUIRE(nc_inq_varid(file, "Delta_Time", &id) == NC_NOERR);
      REQUIRE(nc_put_att_text(file, id, "units", units.size(), units.c_str()) == NC_NOERR);
    });
  };
  with_units("seconds since 1 January 1990");
  CHECK(read_oco_lite(path).footprints.time[0] == noon);
  with_units("seconds since 1993-01-01");
  CHECK(read_oco_lite(path).footprints.time[0] == noon + (365 + 365 + 366) * 86400.0);
  with_units("seconds since launch");
  CHECK_THROWS_NAMING(Error, read_oco_lite(path), "Delta_Time", "since launch");
}

TEST_CASE("OCO Lite: the newest build of a day; versions that do not go together") {
  const auto name = oco_lite_name("a/oco3_LtSIF_240402_B11217Ar_241023161757s.nc4");
  REQUIRE(name);
  CHECK(name->sensor == "OCO-3");
  CHECK(name->day == day_number({2024, 4, 2}));
  CHECK(name->build.version() == "11.2r");
  CHECK(parse_oco_build("B11012Ar")->version() == "11r");
  CHECK(parse_oco_build("B10206r")->version() == "10.2r");
  CHECK(parse_oco_build("B8100r")->version() == "8.1r");
  CHECK(!parse_oco_build("B1r"));
  CHECK(!oco_lite_name("oco2_LtCO2_240402_B11217Ar_241023161757s.nc4"));
  CHECK(!oco_lite_name("oco2_LtSIF_241302_B11217Ar_241023161757s.nc4"));

  const std::string day = "oco2_LtSIF_240402_", old = day + "B11217Ar_241023161757s.nc4";
  const std::string later = day + "B11217Ar_250101000000s.nc4", build = day + "B11218Ar_240501000000s.nc4";
  const std::string other_sensor = "oco3_LtSIF_240402_B11217Ar_241023161757s.nc4";
  const std::string other_day = "oco2_LtSIF_240403_B11012Ar_241023161757s.nc4", mine = "mine.nc4";
  const OcoLiteChoice choice = choose_newest_builds({old, other_sensor, build, later, mine, other_day});
  CHECK(choice.files == std::vector<std::filesystem::path>{other_sensor, build, mine, other_day});
  REQUIRE(choice.omitted.size() == 2);
  CHECK(choice.omitted[0] == old + " is omitted: " + build + " is a newer processing of the same day");
  CHECK(choose_newest_builds({old, later}).files == std::vector<std::filesystem::path>{later});
  const std::string part = day + "B11217Ar_241023161757s_north.nc4";
  CHECK(choose_newest_builds({old, part}).files.size() == 2);
  const std::string ten = "oco2_LtSIF_200101_B10206r_200728210139s.nc4";
  CHECK_THROWS_NAMING(Error, choose_newest_builds({old, ten}), old, ten, "10.2r", "11.2r");
  CHECK_THROWS_NAMING(Error, require_same_retrieval("a.nc4", "10r", "b.nc4", "11r"), "a.nc4", "b.nc4");
}

TEST_CASE("OCO Lite as soundings: quality and cloud flags are screens") {
  const test::TemporaryDirectory directory;
  const auto path = directory / real_name;
  OcoFootprints all = three();
  all.footprints.sif[2] = 0.5f, all.daily_sif[2] = 0.2f, all.quality = {0, 1, 2}, all.cloud = {0, 1, 0};
  write_oco_lite(path, all);
  Soundings s;
  read_soundings(path, 1000, [&](const Soundings& part) { s = part; });
  REQUIRE(s.size() == 3);
  CHECK(s.rejected == std::vector<uint8_t>{0, 0, 1});
  CHECK(s.cloud_fraction == std::vector<float>{0, 1, 0});
  CHECK(s.sif[1] == -0.65625f);
  CHECK(s.orbit[2] == 26346);
  CHECK(s.pixel == std::vector<int32_t>{1, 2, 8});
  CHECK(s.time[0] == noon);
  read_soundings(path, 1000, [&](const Soundings& part) { s = part; }, {{SifKind::daily}, {}});
  CHECK(s.sif[0] == 0.525f);
  CHECK(s.error[0] == doctest::Approx(0.128));
  CHECK(sounding_contents(path).product == "OCO SIF Lite");
  CHECK(sounding_name(path).dated());
}
