#include "data/formats/vnp13a2_reader.hpp"

#include <doctest/doctest.h>
#include <hdf5.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "data/formats/eos_structure.hpp"
#include "data/formats/granule_reader.hpp"
#include "data/formats/vnp13a2_writer.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;
namespace fs = std::filesystem;

namespace {

const Grid& part() {
  static const Grid grid = part_of(modis_tile_grid(11, 4), {100, 200, 6, 8});
  return grid;
}
constexpr Date first = {2027, 6, 2};  // day 153

// Pixel i has its own numbers; all are measured well.
Vnp13a2Pixels good_pixels() {
  Vnp13a2Pixels p(size_t(part().cells()));
  for (size_t i = 0; i < p.size(); ++i) {
    const auto k = int16_t(i);
    p.ndvi[i] = int16_t(5000 + k), p.evi[i] = int16_t(3000 + k), p.evi2[i] = int16_t(2900 + k);
    p.red[i] = int16_t(400 + k), p.nir[i] = int16_t(3300 + k), p.blue[i] = int16_t(200 + k);
    p.green[i] = int16_t(500 + k), p.swir1[i] = int16_t(3000 + k), p.swir2[i] = int16_t(2000 + k);
    p.swir3[i] = int16_t(1000 + k), p.view_zenith[i] = int16_t(1200 + k), p.sun_zenith[i] = int16_t(2500 + k);
    p.relative_azimuth[i] = int16_t(-9000 - k), p.composite_day[i] = int16_t(153 + k % 16);
    p.quality[i] = uint16_t(2112), p.reliability[i] = int8_t(i % 4);
  }
  return p;
}

fs::path written(const test::TemporaryDirectory& directory, const Vnp13a2Pixels& pixels, int h = 11, int v = 4,
                 const Grid& grid = part(), Date date = first) {
  const fs::path file = directory / vj113a2_name(date, h, v);
  write_vj113a2(file, grid, date, h, v, pixels, "ideal");
  return file;
}

const std::vector<float>& band(const Granule& granule, const std::string& layer) {
  const auto found =
      std::find_if(granule.bands.begin(), granule.bands.end(), [&](const GranuleBand& b) { return b.layer == layer; });
  REQUIRE_MESSAGE(found != granule.bands.end(), layer);
  return found->values;
}

// Closes what HDF5 opened.
struct Id {
  hid_t id;
  herr_t (*close)(hid_t);
  ~Id() { close(id); }
};

// A data set of 1200 x 1200 as HDF5 itself gives it.
std::vector<int32_t> stored(const fs::path& path, const std::string& name) {
  const Id file{H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose};
  REQUIRE(file.id >= 0);
  const std::string place = "/HDFEOS/GRIDS/VIIRS_Grid_16Day_VI_1km/Data Fields/1 km 16 days " + name;
  const Id set{H5Dopen2(file.id, place.c_str(), H5P_DEFAULT), H5Dclose};
  REQUIRE(set.id >= 0);
  std::vector<int32_t> values(1200 * 1200);
  REQUIRE(H5Dread(set.id, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
  return values;
}

// An attribute of a data set replaced.
void set_attribute(const fs::path& path, const std::string& name, const std::string& attribute,
                   const std::vector<double>& values) {
  const Id file{H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose};
  const std::string place = "/HDFEOS/GRIDS/VIIRS_Grid_16Day_VI_1km/Data Fields/1 km 16 days " + name;
  const Id set{H5Dopen2(file.id, place.c_str(), H5P_DEFAULT), H5Dclose};
  H5Adelete(set.id, attribute.c_str());
  if (values.empty()) return;
  const hsize_t count = values.size();
  const Id space{H5Screate_simple(1, &count, nullptr), H5Sclose};
  const Id own{H5Acreate2(set.id, attribute.c_str(), H5T_IEEE_F64LE, space.id, H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
  REQUIRE(H5Awrite(own.id, H5T_NATIVE_DOUBLE, values.data()) >= 0);
}

void lose(const fs::path& path, const std::string& place) {
  const Id file{H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose};
  REQUIRE(H5Ldelete(file.id, place.c_str(), H5P_DEFAULT) >= 0);
}

}  // namespace

TEST_CASE("VJ113A2: sixteen data sets in their places, units and layers, equal to what was written") {
  const test::TemporaryDirectory directory;
  const Vnp13a2Pixels p = good_pixels();
  const fs::path file = written(directory, p);
  CHECK(file.filename() == "VJ113A2.A2027153.h11v04.002.2020001000000.h5");
  const GranuleContents contents = granule_contents(file);
  CHECK(contents.missing.empty());
  CHECK(contents.grid == part());
  const Granule granule = read_granule(file, {});
  CHECK(granule.grid == part());
  CHECK(granule.bands.size() == vnp13a2_data_sets);
  CHECK(granule.land_pixels == part().cells());
  CHECK(granule.screened_pixels == 0);
  CHECK(granule.impossible.empty());
  for (const auto& [layer, values, scale] : {std::tuple{"ndvi", &p.ndvi, 1e-4},
                                             {"evi", &p.evi, 1e-4},
                                             {"evi2", &p.evi2, 1e-4},
                                             {"red", &p.red, 1e-4},
                                             {"nir", &p.nir, 1e-4},
                                             {"blue", &p.blue, 1e-4},
                                             {"green", &p.green, 1e-4},
                                             {"swir1", &p.swir1, 1e-4},
                                             {"swir2", &p.swir2, 1e-4},
                                             {"swir3", &p.swir3, 1e-4},
                                             {"vza", &p.view_zenith, 0.01},
                                             {"sza", &p.sun_zenith, 0.01},
                                             {"raa", &p.relative_azimuth, 0.01},
                                             {"composite_day", &p.composite_day, 1.0}})
    for (size_t i = 0; i < p.size(); ++i) CHECK_MESSAGE(band(granule, layer)[i] == float((*values)[i] * scale), layer);
  CHECK(band(granule, "vi_quality")[3] == 2112);
  CHECK(band(granule, "viirs_reliability")[3] == 3);
}

TEST_CASE("VIIRS: every fill is missing and none is counted as impossible; what is beyond the valid range is") {
  const test::TemporaryDirectory directory;
  Vnp13a2Pixels p = good_pixels();
  p.ndvi[0] = -15000, p.ndvi[1] = -13000, p.ndvi[2] = -10001, p.ndvi[3] = 10001, p.ndvi[4] = -10000;
  p.evi[5] = 32767, p.red[6] = -1000, p.nir[7] = -1, p.sun_zenith[8] = -20000;
  const Granule granule = read_vnp13a2(written(directory, p), {});
  for (const size_t i : {0, 1, 2, 3}) CHECK(std::isnan(band(granule, "ndvi")[i]));
  CHECK(band(granule, "ndvi")[4] == -1.0f);
  CHECK(std::isnan(band(granule, "red")[6]));
  CHECK(std::isnan(band(granule, "sza")[8]));
  CHECK(granule.land_pixels == part().cells() - 4);
  CHECK(granule.impossible ==
        std::vector<std::pair<std::string, int64_t>>{{"NDVI", 2}, {"EVI", 1}, {"NIR reflectance", 1}});
}

TEST_CASE("VIIRS: ranks 0 to 3 are used unless asked otherwise; estimates and averages never") {
  const test::TemporaryDirectory directory;
  Vnp13a2Pixels p = good_pixels();
  for (size_t i = 0; i < 12; ++i) p.reliability[i] = int8_t(i);
  p.reliability[12] = -1, p.reliability[13] = -4;
  p.quality[14] = 13 << 2;
  const fs::path file = written(directory, p);
  const auto used = [&](const PixelScreens& screens) {
    const Granule granule = read_vnp13a2(file, screens);
    std::vector<size_t> pixels;
    for (size_t i = 0; i < 15; ++i)
      if (!std::isnan(band(granule, "ndvi")[i])) pixels.push_back(i);
    CHECK(granule.estimated_pixels == 2);
    CHECK(granule.screened_pixels == std::count_if(band(granule, "ndvi").begin(), band(granule, "ndvi").end(),
                                                   [](float v) { return std::isnan(v); }));
    return pixels;
  };
  CHECK(used({{}, 12}) == std::vector<size_t>{0, 1, 2, 3});
  CHECK(used({}) == std::vector<size_t>{0, 1, 2, 3, 14});
  CHECK(used({{0, 9}, 15}) == std::vector<size_t>{0, 9});
  CHECK(used({{}, 15, true}) == std::vector<size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14});
}

TEST_CASE("VIIRS: days run on over the year's end") {
  const test::TemporaryDirectory directory;
  Vnp13a2Pixels p = good_pixels();
  std::fill(p.composite_day.begin(), p.composite_day.end(), int16_t(361));
  p.composite_day[1] = 11, p.composite_day[2] = 12, p.composite_day[3] = 200;
  const Granule granule = read_vnp13a2(written(directory, p, 11, 4, part(), date_of(2027, 361)), {});
  CHECK(band(granule, "composite_day")[0] == 361);
  CHECK(band(granule, "composite_day")[1] == 376);
  CHECK(std::isnan(band(granule, "composite_day")[2]));
  CHECK(std::isnan(band(granule, "composite_day")[3]));
}

TEST_CASE("VIIRS: what cannot be read right is refused in one line") {
  const test::TemporaryDirectory directory;
  const std::string fields = "/HDFEOS/GRIDS/VIIRS_Grid_16Day_VI_1km/Data Fields/1 km 16 days ";
  const auto refused = [&](const std::string& what, const auto& change, const std::string& told) {
    const fs::path file = written(directory, good_pixels());
    change(file);
    CHECK_THROWS_NAMING(Error, read_vnp13a2(file, {}), file.string(), what, told);
  };
  refused(
      "NDVI", [](const fs::path& f) { set_attribute(f, "NDVI", "scale_factor", {1e4}); }, "scale_factor 10000");
  refused(
      "NDVI", [](const fs::path& f) { set_attribute(f, "NDVI", "scale_factor", {}); }, "scale_factor 1 ");
  refused(
      "EVI2", [](const fs::path& f) { set_attribute(f, "EVI2", "add_offset", {2}); }, "add_offset 2");
  refused(
      "red", [](const fs::path& f) { set_attribute(f, "red reflectance", "_FillValue", {}); }, "_FillValue");
  refused(
      "red", [](const fs::path& f) { set_attribute(f, "red reflectance", "valid_range", {1}); }, "valid_range");
  refused(
      "NDVI", [&](const fs::path& f) { lose(f, fields + "NDVI"); }, "no data set");
  refused(
      "pixel reliability", [&](const fs::path& f) { lose(f, fields + "pixel reliability"); }, "--reliability any");
  refused(
      "StructMetadata.0", [](const fs::path& f) { lose(f, "/HDFEOS INFORMATION/StructMetadata.0"); }, "not there");
  refused(
      "VIIRS_Grid_16Day_VI_1km", [](const fs::path& f) { lose(f, "/HDFEOS/GRIDS/VIIRS_Grid_16Day_VI_1km"); },
      "not VNP13A2, VJ113A2 or VJ213A2");
  const fs::path cut = written(directory, good_pixels());
  test::write_file(cut, test::read_file(cut).substr(0, 3000));
  CHECK_THROWS_NAMING(Error, read_vnp13a2(cut, {}), cut.string(), "not an HDF5 file, or cut off");

  // A tile named otherwise, in its metadata and by its place alone.
  const fs::path named = directory / vj113a2_name(first, 12, 4);
  write_vj113a2(named, part(), first, 11, 4, good_pixels(), "");
  CHECK_THROWS_NAMING(Error, vnp13a2_contents(named), named.string(), "tile h12v04", "h11v04");
  write_vj113a2(named, part(), first, 12, 4, good_pixels(), "");
  CHECK_THROWS_NAMING(Error, vnp13a2_contents(named), named.string(), "tile h12v04", "lies in h11v04");
  Grid off = part();
  off.x_origin += 0.2 * modis_cell;
  const fs::path between = written(directory, good_pixels(), 11, 4, off);
  CHECK_THROWS_NAMING(Error, vnp13a2_contents(between), between.string(), "do not lie on the grid of MODIS tiles");
}

TEST_CASE("StructMetadata: the grid of a name, and no other") {
  const std::string text =
      "GROUP=GRID_1\n\t\tGridName=\"A\"\n\t\tXDim=2\n\t\tYDim=3\n\t\tUpperLeftPointMtrs=(1.5,2)\n"
      "\t\tLowerRightMtrs=(3,-4)\n\t\tProjection=HE5_GCTP_GEO\n\t\tProjParams=(7,0)\n\tEND_GROUP=GRID_1\n"
      "GROUP=GRID_2\n\t\tGridName=\"B\"\n\t\tXDim=5\n\tEND_GROUP=GRID_2\n";
  const auto a = eos_grid(text, "A");
  REQUIRE(a);
  CHECK(a->columns == 2);
  CHECK(a->rows == 3);
  CHECK(a->left == 1.5);
  CHECK(a->bottom == -4);
  CHECK(a->projection == "HE5_GCTP_GEO");
  CHECK(a->radius == 7);
  CHECK(!eos_grid(text, "B"));
  CHECK(!eos_grid(text, "C"));
  CHECK(!eos_grid("", "A"));
}

TEST_CASE("A real granule: cell by cell what HDF5 itself gives, both fills missing, in its place") {
  const auto real = test::shared_data("viirs/VNP13A2.A2025001.h18v09.002.2025017085341.h5");
  if (!real) return;
  const GranuleContents contents = granule_contents(*real);
  CHECK(contents.missing.empty());
  const Grid tile = modis_tile_grid(18, 9);
  CHECK(contents.grid.rows == 1200);
  CHECK(std::abs(contents.grid.x_origin - tile.x_origin) < 0.01 * modis_cell);
  CHECK(std::abs(contents.grid.y_origin - tile.y_origin) < 0.01 * modis_cell);
  CHECK(std::abs(contents.grid.x(1199) - tile.x(1199)) < 0.01 * modis_cell);
  CHECK(std::abs(contents.grid.y(1199) - tile.y(1199)) < 0.01 * modis_cell);

  const Granule granule = read_granule(*real, {{}, 15, true});
  CHECK(granule.bands.size() == 16);
  CHECK(granule.impossible.empty());
  CHECK(granule.land_pixels == 29217);
  CHECK(granule.screened_pixels == 0);
  using Range = std::array<int32_t, 2>;
  for (const auto& [name, layer, valid, scale] : {std::tuple{"NDVI", "ndvi", Range{-10000, 10000}, 1e-4},
                                                  {"EVI", "evi", Range{-10000, 10000}, 1e-4},
                                                  {"EVI2", "evi2", Range{-10000, 10000}, 1e-4},
                                                  {"red reflectance", "red", Range{0, 10000}, 1e-4},
                                                  {"NIR reflectance", "nir", Range{0, 10000}, 1e-4},
                                                  {"blue reflectance", "blue", Range{0, 10000}, 1e-4},
                                                  {"green reflectance", "green", Range{0, 10000}, 1e-4},
                                                  {"SWIR1 reflectance", "swir1", Range{0, 10000}, 1e-4},
                                                  {"SWIR2 reflectance", "swir2", Range{0, 10000}, 1e-4},
                                                  {"SWIR3 reflectance", "swir3", Range{0, 10000}, 1e-4},
                                                  {"view zenith angle", "vza", Range{0, 18000}, 0.01},
                                                  {"sun zenith angle", "sza", Range{0, 18000}, 0.01},
                                                  {"relative azimuth angle", "raa", Range{-18000, 18000}, 0.01},
                                                  {"composite day of the year", "composite_day", Range{1, 366}, 1.0},
                                                  {"VI Quality", "vi_quality", Range{0, 65534}, 1.0},
                                                  {"pixel reliability", "viirs_reliability", Range{0, 11}, 1.0}}) {
    const std::vector<int32_t> raw = stored(*real, name);
    const std::vector<float>& values = band(granule, layer);
    REQUIRE(values.size() == raw.size());
    int64_t different = 0, present = 0;
    for (size_t i = 0; i < raw.size(); ++i) {
      const bool valid_here = raw[i] >= valid[0] && raw[i] <= valid[1];
      present += valid_here;
      different += valid_here ? values[i] != float(raw[i] * scale) : !std::isnan(values[i]);
    }
    CHECK_MESSAGE(different == 0, name);
    CHECK_MESSAGE(present >= 29000, name);
  }
  const Granule screened = read_granule(*real, {});
  CHECK(screened.screened_pixels == 29217 - 294 - 995 - 3207 - 422);

  const test::TemporaryDirectory directory;
  const auto refused = [&](const std::string& name, const std::string& named, const std::string& told) {
    const auto file = directory / name;
    fs::create_symlink(*real, file);
    CHECK_THROWS_NAMING(Error, granule_contents(file), file.string(), named, told);
  };
  refused("VNP13A2.A2025001.h11v04.002.2025017085341.h5", "h11v04", "h18v09");
  refused("VNP13A2.A2025009.h18v09.002.2025017085341.h5", "2025-01-09", "2025-01-01");
  refused("VJ113A2.A2025001.h18v09.002.2025017085341.h5", "VJ113A2", "VNP13A2");
}

TEST_CASE("VIIRS: equal granules make equal bytes") {
  const test::TemporaryDirectory one, two;
  CHECK(test::read_file(written(one, good_pixels())) == test::read_file(written(two, good_pixels())));
}
