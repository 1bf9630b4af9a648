#include "data/formats/troposif_writer.hpp"

#include <doctest/doctest.h>
#include <netcdf.h>

#include <array>
#include <cmath>
#include <limits>

#include "data/formats/sounding_reader.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr Date june = {2019, 6, 10};
constexpr double midnight = 1560124800;  // 2019-06-10 00:00 UTC

TroposifSoundings some_soundings(size_t count, float first) {
  TroposifSoundings t;
  for (size_t i = 0; i < count; ++i) {
    const float v = first + float(i);
    t.soundings.sif.push_back(0.1f * v), t.soundings.error.push_back(0.4f);
    t.soundings.longitude.push_back(-95.5 - double(v)), t.soundings.latitude.push_back(45.25 + double(v));
    t.soundings.longitudes.push_back({-96, -95, -95, -96}), t.soundings.latitudes.push_back({45, 45, 46, 46});
    t.soundings.time.push_back(midnight + 70000.125 + double(v));
    t.soundings.sza.push_back(30), t.soundings.vza.push_back(20), t.soundings.cloud_fraction.push_back(0.15f);
    t.sif_735.push_back(i == 1 ? missing : 0.2f * v), t.error_735.push_back(i == 1 ? missing : 0.6f);
    t.radiance_743.push_back(90), t.day_length_factor.push_back(0.5f);
    t.reflectance.push_back({1, 2, 3, 4, 5, 6, 7});
    t.solar_azimuth.push_back(-150), t.view_azimuth.push_back(80);
    t.land_cover.push_back(uint8_t(12));
  }
  return t;
}

// A NetCDF file through the library itself.
struct OpenNetcdf {
  int id = 0;
  explicit OpenNetcdf(const std::filesystem::path& path) {
    REQUIRE(nc_open(path.c_str(), NC_NOWRITE, &id) == NC_NOERR);
  }
  ~OpenNetcdf() { nc_close(id); }

  std::pair<int, int> find(std::string path) const {
    int group = id, variable = NC_GLOBAL;
    for (size_t slash; (slash = path.find('/')) != std::string::npos; path = path.substr(slash + 1))
      REQUIRE(nc_inq_grp_ncid(group, path.substr(0, slash).c_str(), &group) == NC_NOERR);
    if (!path.empty()) REQUIRE(nc_inq_varid(group, path.c_str(), &variable) == NC_NOERR);
    return {group, variable};
  }
  std::string text(const std::string& path, const std::string& attribute) const {
    const auto [group, variable] = find(path);
    size_t length = 0;
    REQUIRE(nc_inq_attlen(group, variable, attribute.c_str(), &length) == NC_NOERR);
    std::string value(length, ' ');
    REQUIRE(nc_get_att_text(group, variable, attribute.c_str(), value.data()) == NC_NOERR);
    return value;
  }
  std::vector<float> values(const std::string& path, size_t count) const {
    const auto [group, variable] = find(path);
    std::vector<float> result(count);
    REQUIRE(nc_get_var_float(group, variable, result.data()) == NC_NOERR);
    return result;
  }
  nc_type type(const std::string& path) const {
    const auto [group, variable] = find(path);
    nc_type result = 0;
    nc_inq_vartype(group, variable, &result);
    return result;
  }
};

}  // namespace

TEST_CASE("TROPOSIF: groups, units and epochs of the real files, through netcdf-c") {
  const test::TemporaryDirectory directory;
  const auto path = directory / troposif_name(june);
  CHECK(path.filename() == "TROPOSIF_L2B_2019-06-10.nc");
  {
    TroposifWriter writer(path, june);
    writer.append(some_soundings(3, 1));
    writer.append({});
    writer.append(some_soundings(2, 10));
    writer.close();
  }
  const OpenNetcdf file(path);
  size_t length = 0;
  int dimension = 0;
  REQUIRE(nc_inq_dimid(file.id, "n_elem", &dimension) == NC_NOERR);
  REQUIRE(nc_inq_dimlen(file.id, dimension, &length) == NC_NOERR);
  CHECK(length == 5);
  REQUIRE(nc_inq_dimid(file.id, "time", &dimension) == NC_NOERR);
  REQUIRE(nc_inq_dimlen(file.id, dimension, &length) == NC_NOERR);
  CHECK(length == 1);

  CHECK(file.text("PRODUCT/SIF_743", "units") == "mW/m2/sr/nm");
  CHECK(file.text("PRODUCT/SIF_ERROR_743", "units") == "mW/m2/sr/nm");
  CHECK(file.text("PRODUCT/latitude", "units") == "degrees_north");
  CHECK(file.text("PRODUCT/longitude", "units") == "degrees_east");
  CHECK(file.text("PRODUCT/time", "units") == "seconds since 2010-01-01 00:00:00");
  CHECK(file.values("PRODUCT/time", 1)[0] == 297820800);
  CHECK(file.text("PRODUCT/delta_time", "units") == "milliseconds since 2019-06-10T00:00:00 UTC");
  CHECK(file.type("PRODUCT/delta_time") == NC_INT);
  const auto [product, delta_time] = file.find("PRODUCT/delta_time");
  std::vector<int> milliseconds(5);
  REQUIRE(nc_get_var_int(product, delta_time, milliseconds.data()) == NC_NOERR);
  CHECK(milliseconds == std::vector<int>{70001125, 70002125, 70003125, 70010125, 70011125});
  CHECK(file.text("METADATA/ALGORITHM_SETTINGS/", "Cloud fraction threshold") == "0.8");
  CHECK(file.text("METADATA/ALGORITHM_SETTINGS/", "SZA threshold") == "70.0");
  CHECK(file.text("METADATA/ALGORITHM_SETTINGS/", "VZA threshold") == "60.0");

  CHECK(file.values("PRODUCT/SIF_743", 5) == std::vector<float>{0.1f, 0.2f, 0.3f, 1.0f, 1.1f});
  CHECK(file.values("PRODUCT/SIF_Corr_743", 5)[3] == doctest::Approx(0.5));
  // The trap: the library's default fill, and no attribute that says so.
  const std::vector<float> sif_735 = file.values("PRODUCT/SIF_735", 5);
  CHECK(sif_735[0] == 0.2f);
  CHECK(sif_735[1] == 9.96921e36f);
  const auto [group, variable] = file.find("PRODUCT/SIF_735");
  CHECK(nc_inq_att(group, variable, "_FillValue", nullptr, nullptr) != NC_NOERR);

  const std::string support = "PRODUCT/SUPPORT_DATA/";
  CHECK(file.text(support + "GEOLOCATIONS/solar_zenith_angle", "units") == "degree");
  CHECK(file.values(support + "GEOLOCATIONS/solar_azimuth_angle", 5)[4] == -150);
  CHECK(file.values(support + "GEOLOCATIONS/viewing_azimuth_angle", 5)[4] == 80);
  CHECK(file.values(support + "GEOLOCATIONS/longitude_bounds", 20)[17] == -95);
  CHECK(file.values(support + "DETAILED_RESULTS/TOA_RFL", 35)[34] == 7);
  CHECK(file.values(support + "DETAILED_RESULTS/WVL_RFL", 7)[3] == 741);
  CHECK(file.values(support + "DETAILED_RESULTS/DayLength_fac", 5)[2] == 0.5f);
  CHECK(file.type(support + "INPUT_DATA/LC_MASK") == NC_UBYTE);
  CHECK(file.values(support + "INPUT_DATA/LC_MASK", 5)[0] == 12);
  CHECK(file.text(support + "INPUT_DATA/cloud_fraction_L2", "units") == "1");
}

TEST_CASE("TROPOSIF: what was written is what the reader reads") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "day.nc";
  const TroposifSoundings written = some_soundings(7, 2);
  TroposifWriter writer(path, june);
  writer.append(written);
  writer.close();
  Soundings read;
  read_soundings(path, 3, [&](const Soundings& part) {
    for (size_t i = 0; i < part.size(); ++i) read.append(part, i);
  });
  CHECK(read.sif == written.soundings.sif);
  CHECK(read.error == written.soundings.error);
  CHECK(read.longitudes == written.soundings.longitudes);
  CHECK(read.latitudes == written.soundings.latitudes);
  CHECK(read.cloud_fraction == written.soundings.cloud_fraction);
  for (size_t i = 0; i < read.size(); ++i) {
    CHECK(read.longitude[i] == doctest::Approx(written.soundings.longitude[i]).epsilon(1e-7));
    CHECK(std::abs(read.time[i] - written.soundings.time[i]) < 1e-3);
  }
}

TEST_CASE("TROPOSIF: a day without soundings, and a place that cannot be written") {
  const test::TemporaryDirectory directory;
  TroposifWriter writer(directory / "empty.nc", june);
  writer.close();
  size_t count = 0;
  read_soundings(directory / "empty.nc", 10, [&](const Soundings& part) { count += part.size(); });
  CHECK(count == 0);
  const auto nowhere = directory / "nowhere" / "day.nc";
  CHECK_THROWS_NAMING(Error, TroposifWriter(nowhere, june), nowhere.string());
}
