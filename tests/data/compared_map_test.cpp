#include "data/formats/compared_map.hpp"

#include <doctest/doctest.h>
#include <gdal_priv.h>
#include <netcdf.h>

#include <array>
#include <cmath>

#include "data/crs/gdal.hpp"
#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

const test::TemporaryDirectory& folder() {
  static const test::TemporaryDirectory directory;
  return directory;
}

// 2 x 2 pixels of a degree from 10 E, 50 N.
std::string geotiff(const std::string& name, GDALDataType type, const std::vector<double>& values, int bands = 1) {
  start_gdal();
  const std::string file = folder() / name;
  GDALDatasetUniquePtr dataset(
      GetGDALDriverManager()->GetDriverByName("GTiff")->Create(file.c_str(), 2, 2, bands, type, nullptr));
  REQUIRE(dataset);
  std::array<double, 6> t = {10, 1, 0, 50, 0, -1};
  dataset->SetGeoTransform(t.data());
  OGRSpatialReference srs;
  srs.SetFromUserInput("EPSG:4326");
  dataset->SetSpatialRef(&srs);
  std::vector<double> copy = values;
  for (int b = 1; b <= bands; ++b)
    REQUIRE(dataset->GetRasterBand(b)->RasterIO(GF_Write, 0, 0, 2, 2, copy.data(), 2, 2, GDT_Float64, 0, 0, nullptr) ==
            CE_None);
  return file;
}

// The same place in NetCDF with time steps; values are the step's number.
std::string netcdf(const std::string& name, const std::vector<double>& days_since_2019) {
  const std::string file = folder() / name;
  int id = 0, time = 0, y = 0, x = 0, v = 0;
  REQUIRE(nc_create(file.c_str(), NC_NETCDF4 | NC_CLOBBER, &id) == NC_NOERR);
  const auto axis = [&](const char* axis_name, const char* units, const std::vector<double>& values, int& dimension) {
    nc_def_dim(id, axis_name, values.size(), &dimension);
    nc_def_var(id, axis_name, NC_DOUBLE, 1, &dimension, &v);
    nc_put_att_text(id, v, "units", std::string(units).size(), units);
    REQUIRE(nc_put_var_double(id, v, values.data()) == NC_NOERR);
  };
  axis("time", "days since 2019-01-01", days_since_2019, time);
  axis("lat", "degrees_north", {49.5, 48.5}, y);
  axis("lon", "degrees_east", {10.5, 11.5}, x);
  const std::array<int, 3> dimensions = {time, y, x};
  nc_def_var(id, "sif", NC_FLOAT, 3, dimensions.data(), &v);
  std::vector<float> values;
  for (size_t step = 0; step < days_since_2019.size(); ++step) values.insert(values.end(), 4, float(step));
  REQUIRE(nc_put_var_float(id, v, values.data()) == NC_NOERR);
  REQUIRE(nc_close(id) == NC_NOERR);
  return file;
}

std::vector<float> values_of(const std::string& text, const std::string& window, size_t windows = 1) {
  const auto found = compared_window(parse_compared_map(text), window, windows);
  REQUIRE(found);
  return found->raster.values;
}

Grid fine_grid() {
  Grid grid;
  grid.rows = grid.columns = 8, grid.x_step = 0.25, grid.y_step = -0.25;
  grid.x_origin = 10.125, grid.y_origin = 49.875;
  return grid;
}

}  // namespace

TEST_CASE("a map of others is called as it is asked to be, else by its file") {
  CHECK(parse_compared_map("Sen4GPP=dir/a.nc:sif").name == "Sen4GPP");
  CHECK(parse_compared_map("Sen4GPP=dir/a.nc:sif").file == "dir/a.nc:sif");
  CHECK(parse_compared_map("dir/a.nc:sif").name == "a.nc:sif");
  CHECK(parse_compared_map("dir/sif_{window}.tif").name == "sif.tif");
  const AuxiliaryBand band = parse_compared_map("dir/a=b.tif:3?scale=0.0001&nodata=32766,32767");
  CHECK(band.file == "dir/a=b.tif");
  CHECK(band.band == 3);
  CHECK(band.stated.fills == std::vector<double>{32766, 32767});
  for (const char* wrong : {"", "=a.tif", "A=", "a.tif?", "a.tif:0"})
    CHECK_THROWS_NAMING(UsageError, parse_compared_map(wrong), "--compare");
}

TEST_CASE("time steps are averaged over the window that they lie in") {
  // Of 2019: day 145 is 25 May; days since 1 January: 144.
  const std::string file = netcdf("steps.nc", {136, 144, 152, 160});
  CHECK(values_of(file, "2019-05-25", 2) == std::vector<float>(4, 1.5f));
  CHECK(values_of(file, "2019-06-10", 2) == std::vector<float>(4, 3.0f));
  CHECK(!compared_window(parse_compared_map(file), "2020-05-25", 2));
  CHECK(compared_window(parse_compared_map(file), "2019-05-25", 2)->line.find("mean of 2 bands") != std::string::npos);
}

TEST_CASE("a raster without time stands for one window, or is named by windows") {
  const std::string file = geotiff("plain_2019-05-25.tif", GDT_Float32, {1, 2, 3, 4});
  CHECK(values_of(file, "2019-05-25") == std::vector<float>{1, 2, 3, 4});
  CHECK_THROWS_NAMING(UsageError, compared_window(parse_compared_map(file), "2019-05-25", 2), file, "2 windows",
                      "{window}");
  const std::string pattern = folder() / "plain_{window}.tif";
  CHECK(values_of(pattern, "2019-05-25", 2) == std::vector<float>{1, 2, 3, 4});
  CHECK(!compared_window(parse_compared_map(pattern), "2019-06-10", 2));
  const std::string several = geotiff("several.tif", GDT_Float32, {1, 2, 3, 4}, 2);
  CHECK_THROWS_NAMING(UsageError, compared_window(parse_compared_map(several), "2019-05-25", 1), "2 bands");
  CHECK_THROWS_NAMING(UsageError, compared_window(parse_compared_map(several + ":2"), "2019-05-25", 2), "one band");
  CHECK_THROWS_NAMING(UsageError, compared_window(parse_compared_map(several + ":3"), "2019-05-25", 1), "no band 3");
}

TEST_CASE("GOSIF's codes are missing, and its numbers scaled") {
  const std::vector<float> values =
      values_of(geotiff("GOSIF_2019145.tif", GDT_UInt16, {32766, 32767, 5000, 0}), "2019-05-25");
  CHECK(std::isnan(values[0]));
  CHECK(std::isnan(values[1]));
  CHECK(values[2] == 0.5f);
  CHECK(values[3] == 0.0f);
  // By another name nothing is known of them.
  const std::string renamed = geotiff("renamed.tif", GDT_UInt16, {32766, 32767, 5000, 0});
  CHECK_THROWS_NAMING(Error, compared_window(parse_compared_map(renamed), "2019-05-25", 1), renamed, "32766", "?scale");
  CHECK(values_of(renamed + "?scale=0.0001&nodata=32766,32767", "2019-05-25")[2] == 0.5f);
}

TEST_CASE("a map of others on a finer grid has means over areas, and NaN in windows that it has not") {
  const std::string file = geotiff("own_2019-05-25.tif", GDT_Float32, {1, 2, 3, 4});
  const AuxiliaryLayer layer =
      compared_layer(parse_compared_map(folder() / "own_{window}.tif"), fine_grid(), {"2019-05-25", "2019-06-10"});
  REQUIRE(layer.layer.values.size() == 128);
  CHECK(layer.layer.values[0] == 1);
  CHECK(layer.layer.values[7] == 2);
  CHECK(layer.layer.values[63] == 4);
  CHECK(std::isnan(layer.layer.values[64]));
  CHECK(layer.lines.size() == 2);
  Grid elsewhere = fine_grid();
  elsewhere.x_origin += 50;
  CHECK_THROWS_NAMING(Error, compared_layer(parse_compared_map(file), elsewhere, {"2019-05-25"}), "no value");
}
