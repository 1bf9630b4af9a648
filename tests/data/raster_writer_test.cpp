#include "data/formats/raster_writer.hpp"

#include <doctest/doctest.h>
#include <gdal_priv.h>
#include <netcdf.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "data/crs/gdal.hpp"
#include "data/formats/netcdf_file.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/geography/projection.hpp"
#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
const std::string sinusoidal = "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs";
const auto go_on = [] { return true; };

RasterDescription description(const Grid& grid, std::vector<std::string> windows) {
  RasterDescription d;
  d.grid = grid;
  d.windows = std::move(windows);
  d.name = "sif";
  d.long_name = "fluorescence";
  d.units = "mW m-2 sr-1 nm-1";
  d.title = "a title";
  d.source = "a source";
  d.history = "a history";
  d.metadata = {{"model", "unet"}};
  return d;
}

// Every cell has a value of its own; some are missing.
float value(int window, int row, int column) {
  return (row + column) % 7 == 3 ? nan : float(1000 * window + row + column / 1024.0);
}

void write_in_blocks(RasterWriter& writer, const Grid& grid, int windows, int side) {
  for (int window = 0; window < windows; ++window)
    for (int row = 0; row < grid.rows; row += side)
      for (int column = 0; column < grid.columns; column += side) {
        const int rows = std::min(side, grid.rows - row), columns = std::min(side, grid.columns - column);
        std::vector<float> block;
        for (int i = 0; i < rows; ++i)
          for (int j = 0; j < columns; ++j) block.push_back(value(window, row + i, column + j));
        writer.write(window, {row, column, rows, columns}, block);
      }
}

void write(RasterFormat format, const std::filesystem::path& file, const RasterDescription& d, int side) {
  const auto writer = make_raster_writer(format, file, d);
  write_in_blocks(*writer, d.grid, int(d.windows.size()), side);
  writer->add_metadata("late", "a -> b");
  REQUIRE(writer->finish(go_on));
}

GDALDatasetUniquePtr open(const std::string& name) {
  start_gdal();
  GDALDatasetUniquePtr dataset(GDALDataset::Open(name.c_str(), GDAL_OF_RASTER));
  REQUIRE(dataset);
  return dataset;
}

// Band by band the values of the grid, which GDAL shows north up.
void check_values(GDALDataset& dataset, const Grid& grid) {
  REQUIRE(dataset.GetRasterXSize() == grid.columns);
  REQUIRE(dataset.GetRasterYSize() == grid.rows);
  std::array<double, 6> t;
  REQUIRE(dataset.GetGeoTransform(t.data()) == CE_None);
  const double north = std::max(grid.y(0), grid.y(grid.rows - 1)), step = std::abs(grid.y_step);
  CHECK(std::abs(t[0] - (grid.x_origin - grid.x_step / 2)) <= 1e-9 * std::abs(t[0]));
  CHECK(std::abs(t[1] - grid.x_step) <= 1e-9);
  CHECK(std::abs(t[3] - (north + step / 2)) <= 1e-9 * std::abs(t[3]));
  CHECK(std::abs(t[5] + step) <= 1e-9);
  std::vector<float> values(size_t(grid.cells()));
  for (int window = 0; window < dataset.GetRasterCount(); ++window) {
    REQUIRE(dataset.GetRasterBand(window + 1)
                ->RasterIO(GF_Read, 0, 0, grid.columns, grid.rows, values.data(), grid.columns, grid.rows, GDT_Float32,
                           0, 0, nullptr) == CE_None);
    const float nodata = float(dataset.GetRasterBand(window + 1)->GetNoDataValue());
    for (int i = 0; i < grid.rows; ++i)
      for (int j = 0; j < grid.columns; ++j) {
        const float expected = value(window, grid.y_step > 0 ? grid.rows - 1 - i : i, j);
        const float got = values[size_t(i) * size_t(grid.columns) + size_t(j)];
        const bool missing = std::isnan(got) || got == nodata;
        REQUIRE((std::isnan(expected) ? missing : got == expected));
      }
  }
}

bool same_reference(const OGRSpatialReference* srs, const std::string& crs) {
  OGRSpatialReference expected;
  expected.SetFromUserInput(crs.c_str());
  return srs && srs->IsSame(&expected);
}

}  // namespace

TEST_CASE("flags of filled cells are the last band of a window, or a variable of flags") {
  const test::TemporaryDirectory directory;
  RasterDescription d = description({40, 30, 0, 1000, 0, -1000, "EPSG:5070"}, {"2020-06-09", "2020-06-25"});
  d.with_filled = true;
  const auto written = [&](RasterFormat format, const std::string& name) {
    const auto writer = make_raster_writer(format, directory / name, d);
    for (int window = 0; window < 2; ++window) {
      writer->write(window, {0, 0, 40, 30}, std::vector<float>(1200, float(10 + window)));
      if (d.with_error) writer->write_error(window, {0, 0, 40, 30}, std::vector<float>(1200, 20));
      std::vector<float> flags(1200, float(window));
      flags[0] = std::numeric_limits<float>::quiet_NaN();
      writer->write_filled(window, {0, 0, 40, 30}, flags);
    }
    REQUIRE(writer->finish(go_on));
  };
  const auto value_at = [](GDALDataset& dataset, int band, int column) {
    float value = 0;
    REQUIRE(dataset.GetRasterBand(band)->RasterIO(GF_Read, column, 0, 1, 1, &value, 1, 1, GDT_Float32, 0, 0, nullptr) ==
            CE_None);
    return value;
  };
  for (const bool with_error : {false, true}) {
    CAPTURE(with_error);
    d.with_error = with_error;
    const int bands = with_error ? 3 : 2;
    for (const auto& [format, name] : {std::pair(RasterFormat::geotiff, "f.tif"), {RasterFormat::cog, "c.tif"}}) {
      written(format, name);
      const auto tiff = open(directory / name);
      REQUIRE(tiff->GetRasterCount() == 2 * bands);
      for (int window = 0; window < 2; ++window) {
        GDALRasterBand& band = *tiff->GetRasterBand((window + 1) * bands);
        CHECK(band.GetDescription() == d.windows[size_t(window)] + " filled");
        CHECK(band.GetUnitType() == std::string("1"));
        CHECK(value_at(*tiff, (window + 1) * bands, 5) == float(window));
        CHECK(std::isnan(value_at(*tiff, (window + 1) * bands, 0)));
        CHECK(value_at(*tiff, window * bands + 1, 5) == float(10 + window));
      }
    }
    written(RasterFormat::netcdf, "f.nc");
    const auto netcdf = open("NETCDF:\"" + (directory / "f.nc").string() + "\":sif_filled");
    REQUIRE(netcdf->GetRasterCount() == 2);
    CHECK(value_at(*netcdf, 2, 5) == 1);
    CHECK(netcdf->GetRasterBand(1)->GetMetadataItem("flag_meanings") == std::string("predicted filled"));
    const auto sif = open("NETCDF:\"" + (directory / "f.nc").string() + "\":sif");
    CHECK(sif->GetRasterBand(1)->GetMetadataItem("ancillary_variables") ==
          std::string(with_error ? "sif_error sif_filled" : "sif_filled"));
  }
}

TEST_CASE("each window's standard deviation follows it as a band, or stands beside it as a variable") {
  const test::TemporaryDirectory directory;
  RasterDescription d = description({40, 30, 0, 1000, 0, -1000, "EPSG:5070"}, {"2020-06-09", "2020-06-25"});
  d.with_error = true;
  for (const auto& [format, name] :
       {std::pair(RasterFormat::geotiff, "e.tif"), {RasterFormat::cog, "cog.tif"}, {RasterFormat::netcdf, "e.nc"}}) {
    const auto writer = make_raster_writer(format, directory / name, d);
    for (int window = 0; window < 2; ++window) {
      const std::vector<float> sif(1200, float(10 + window)), error(1200, float(20 + window));
      writer->write(window, {0, 0, 40, 30}, sif);
      writer->write_error(window, {0, 0, 40, 30}, error);
    }
    REQUIRE(writer->finish(go_on));
  }
  const auto first_value = [](GDALDataset& dataset, int band) {
    float value = 0;
    REQUIRE(dataset.GetRasterBand(band)->RasterIO(GF_Read, 3, 4, 1, 1, &value, 1, 1, GDT_Float32, 0, 0, nullptr) ==
            CE_None);
    return value;
  };
  for (const char* name : {"e.tif", "cog.tif"}) {
    const auto tiff = open(directory / name);
    REQUIRE(tiff->GetRasterCount() == 4);
    const float expected[] = {10, 20, 11, 21};
    for (int band = 1; band <= 4; ++band) CHECK(first_value(*tiff, band) == expected[band - 1]);
    CHECK(tiff->GetRasterBand(1)->GetDescription() == std::string("2020-06-09"));
    CHECK(tiff->GetRasterBand(2)->GetDescription() == std::string("2020-06-09 standard deviation"));
    CHECK(tiff->GetRasterBand(4)->GetUnitType() == d.units);
  }
  for (const auto& [variable, value] : {std::pair("sif", 10.0f), {"sif_error", 20.0f}}) {
    const auto netcdf = open("NETCDF:\"" + (directory / "e.nc").string() + "\":" + variable);
    REQUIRE(netcdf->GetRasterCount() == 2);
    CHECK(first_value(*netcdf, 1) == value);
    CHECK(first_value(*netcdf, 2) == value + 1);
  }
  const auto sif = open("NETCDF:\"" + (directory / "e.nc").string() + "\":sif");
  CHECK(sif->GetRasterBand(1)->GetMetadataItem("ancillary_variables") == std::string("sif_error"));
}

TEST_CASE("a GeoTIFF comes back as it was written, north up, with its overviews and names") {
  const test::TemporaryDirectory directory;
  for (const double y_step : {-926.6254331, 926.6254331}) {
    const Grid grid = {700, 530, -7.5e6, 926.6254331, 4.8e6, y_step, sinusoidal};
    write(RasterFormat::geotiff, directory / "a.tif", description(grid, {"2020-06-09", "2020-06-25"}), 200);
    const auto dataset = open(directory / "a.tif");
    check_values(*dataset, grid);
    CHECK(same_reference(dataset->GetSpatialRef(), sinusoidal));
    CHECK(dataset->GetSpatialRef()->GetName() == std::string("MODIS Sinusoidal"));
    GDALRasterBand* band = dataset->GetRasterBand(2);
    CHECK(std::string(band->GetDescription()) == "2020-06-25");
    CHECK(std::string(band->GetUnitType()) == "mW m-2 sr-1 nm-1");
    CHECK(std::isnan(band->GetNoDataValue()));
    CHECK(std::string(dataset->GetMetadataItem("model")) == "unet");
    CHECK(std::string(dataset->GetMetadataItem("late")) == "a -> b");
    CHECK(std::string(dataset->GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE")) == "DEFLATE");
    CHECK(std::string(dataset->GetMetadataItem("PREDICTOR", "IMAGE_STRUCTURE")) == "3");
    int width = 0, height = 0;
    band->GetBlockSize(&width, &height);
    CHECK(width == 512);
    CHECK(height == 512);
    REQUIRE(band->GetOverviewCount() == 2);
    CHECK(band->GetOverview(1)->GetXSize() == 133);

    // Of the four cells below an overview's cell, the mean of those that are there.
    std::vector<float> means(265);
    REQUIRE(band->GetOverview(0)->RasterIO(GF_Read, 0, 0, 265, 1, means.data(), 265, 1, GDT_Float32, 0, 0, nullptr) ==
            CE_None);
    const int north = y_step > 0 ? 699 : 0, below = y_step > 0 ? 698 : 1;
    double sum = 0, count = 0;
    for (const int row : {north, below})
      for (const int column : {20, 21})
        if (const float v = value(1, row, column); !std::isnan(v)) sum += double(v), ++count;
    CHECK(double(means[10]) == doctest::Approx(sum / count));
  }
}

TEST_CASE("creation options reach the driver; those it does not have are refused") {
  const test::TemporaryDirectory directory;
  const Grid grid = {40, 30, -101, 0.05, 43, 0.06, "EPSG:4326"};
  RasterDescription d = description(grid, {"a"});
  d.creation_options = {"COMPRESS=LZW", "TILED=NO"};
  write(RasterFormat::geotiff, directory / "a.tif", d, 64);
  CHECK(std::string(open(directory / "a.tif")->GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE")) == "LZW");
  const auto refused = [&](RasterFormat format, const std::string& option, const std::string& part) {
    d.creation_options = {option};
    CHECK_THROWS_NAMING(UsageError, make_raster_writer(format, directory / "b", d), "--co", part);
  };
  refused(RasterFormat::geotiff, "COMPRES=LZW", "COMPRES");
  refused(RasterFormat::geotiff, "COMPRESS=MAGIC", "MAGIC");
  refused(RasterFormat::geotiff, "TILED", "KEY=VALUE");
  refused(RasterFormat::cog, "TILED=YES", "TILED");
  refused(RasterFormat::netcdf, "ZLEVEL=10", "ZLEVEL");
  refused(RasterFormat::netcdf, "COMPRESS=LZW", "COMPRESS=LZW");
}

TEST_CASE("a cloud-optimised GeoTIFF says that it is one, and leaves nothing beside it") {
  const test::TemporaryDirectory directory;
  const Grid grid = {600, 700, -101, 0.05, 43, 0.06, "EPSG:4326"};
  write(RasterFormat::cog, directory / "a.tif", description(grid, {"first", "second"}), 512);
  const auto dataset = open(directory / "a.tif");
  check_values(*dataset, grid);
  CHECK(std::string(dataset->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE")) == "COG");
  CHECK(std::string(dataset->GetMetadataItem("late")) == "a -> b");
  CHECK(std::string(dataset->GetRasterBand(2)->GetDescription()) == "second");
  CHECK(std::isnan(dataset->GetRasterBand(1)->GetNoDataValue()));
  CHECK(dataset->GetRasterBand(1)->GetOverviewCount() > 0);
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory.path())) ++files;
  CHECK(files == 1);
}

TEST_CASE("a NetCDF file follows CF-1.12: dated windows on a projected grid") {
  const test::TemporaryDirectory directory;
  const Grid grid = {70, 53, 1.2e5, 1000, 2.1e6, 1000, "EPSG:5070"};
  RasterDescription d = description(grid, {"2020-12-02", "2020-12-18"});
  d.standard_name = "surface_temperature", d.cell_methods = "area: mean", d.with_error = true;
  d.summary = "a summary", d.created = "2026-11-30T12:00:00Z";
  write(RasterFormat::netcdf, directory / "a.nc", d, 32);
  const NetcdfFile file(directory / "a.nc");
  const auto sif = file.variable("sif"), time = file.variable("time"), bounds = file.variable("time_bounds"),
             crs = file.variable("crs"), x = file.variable("x"), y = file.variable("y");
  CHECK(sif.dimensions == std::vector<std::string>{"time", "y", "x"});
  CHECK(file.text(sif, "units") == "mW m-2 sr-1 nm-1");
  CHECK(file.text(sif, "grid_mapping") == "crs");
  CHECK(file.text(sif, "coordinates") == "lat lon");
  CHECK(file.text(sif, "standard_name") == "surface_temperature");
  CHECK(file.text(sif, "cell_methods") == "area: mean");
  CHECK(file.text(file.variable("sif_error"), "standard_name") == "surface_temperature standard_error");
  CHECK(file.text(time, "units") == "days since 1970-01-01");
  CHECK(file.text(time, "bounds") == "time_bounds");
  CHECK(file.read(time, {0}, {2}) == std::vector<double>{18598, 18614});
  CHECK(file.read(bounds, {0, 0}, {2, 2}) == std::vector<double>{18598, 18614, 18614, 18630});
  CHECK(file.text(x, "standard_name") == "projection_x_coordinate");
  CHECK(file.text(x, "units") == "m");
  CHECK(file.read(x, {0}, {2}) == std::vector<double>{1.2e5, 1.21e5});
  CHECK(file.read(y, {0}, {1}) == std::vector<double>{2.169e6});
  CHECK(file.text(crs, "grid_mapping_name") == "albers_conical_equal_area");
  CHECK(file.text(crs, "crs_wkt")->starts_with("PROJCRS"));
  for (const char* attribute : {"spatial_ref", "GeoTransform"}) CHECK(file.text(crs, attribute).has_value());
  CHECK(file.text(crs, "projected_crs_name") == "NAD83 / Conus Albers");
  CHECK(file.text(crs, "horizontal_datum_name") == "North_American_Datum_1983");

  const auto lat = file.variable("lat"), lon = file.variable("lon");
  std::vector<double> x_of = {1.2e5 + 3 * 1000}, y_of = {2.169e6 - 5 * 1000};
  REQUIRE(Projection(grid.crs).to_geographic(x_of, y_of));
  CHECK(file.read(lon, {5, 3}, {1, 1})[0] == doctest::Approx(x_of[0]).epsilon(1e-9));
  CHECK(file.read(lat, {5, 3}, {1, 1})[0] == doctest::Approx(y_of[0]).epsilon(1e-9));

  int id = 0, variable = 0, shuffle = 0, deflate = 0, level = 0, no_fill = 0;
  float fill = 0;
  std::array<double, 2> parallels = {};
  std::array<char, 32> conventions = {}, summary = {}, begin = {}, end = {};
  double south = 0;
  int unlimited = -1, time_dimension = -1;
  REQUIRE(nc_open((directory / "a.nc").c_str(), NC_NOWRITE, &id) == NC_NOERR);
  nc_inq_varid(id, "sif", &variable);
  nc_inq_var_deflate(id, variable, &shuffle, &deflate, &level);
  nc_inq_var_fill(id, variable, &no_fill, &fill);
  CHECK(nc_get_att_text(id, NC_GLOBAL, "Conventions", conventions.data()) == NC_NOERR);
  nc_get_att_text(id, NC_GLOBAL, "summary", summary.data());
  nc_get_att_text(id, NC_GLOBAL, "time_coverage_start", begin.data());
  nc_get_att_text(id, NC_GLOBAL, "time_coverage_end", end.data());
  nc_get_att_double(id, NC_GLOBAL, "geospatial_lat_min", &south);
  nc_inq_unlimdim(id, &unlimited);
  nc_inq_dimid(id, "time", &time_dimension);
  int first_variable = -1;
  nc_inq_varid(id, "sif", &first_variable);
  nc_inq_varid(id, "crs", &variable);
  nc_get_att_double(id, variable, "standard_parallel", parallels.data());
  nc_close(id);
  CHECK(deflate == 1);
  // A number: NCO's means would take a fill of NaN for a value.
  CHECK(fill == NC_FILL_FLOAT);
  const std::vector<float> read = read_raster("NETCDF:\"" + (directory / "a.nc").string() + "\":sif", 1).values;
  CHECK(std::isnan(read[size_t(69 * 53 + 3)]));
  CHECK(std::none_of(read.begin(), read.end(), [](float v) { return v > 1e30f; }));
  const std::string proj = "+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +x_0=0 +y_0=0 +datum=NAD83 +units=m";
  for (const char* attribute : {"proj_params", "proj4_params"}) CHECK(file.text(crs, attribute)->starts_with(proj));
  CHECK(std::string(conventions.data()) == "CF-1.12, ACDD-1.3");
  CHECK(std::string(summary.data()) == "a summary");
  CHECK(std::string(begin.data()) == "2020-12-02T00:00:00Z");
  CHECK(std::string(end.data()) == "2021-01-03T00:00:00Z");
  CHECK(south == doctest::Approx(41.881).epsilon(1e-5));
  CHECK(unlimited == time_dimension);
  CHECK(first_variable == 0);  // read_stars of R takes the first raster
  CHECK(parallels == std::array<double, 2>{29.5, 45.5});

  const auto dataset = open("NETCDF:\"" + (directory / "a.nc").string() + "\":sif");
  check_values(*dataset, grid);
  CHECK(std::string(dataset->GetMetadataItem("NC_GLOBAL#late")) == "a -> b");
  CHECK(same_reference(dataset->GetSpatialRef(), "EPSG:5070"));
}

TEST_CASE("a NetCDF file of windows that are no dates, on geographic and sinusoidal grids") {
  const test::TemporaryDirectory directory;
  Grid grid = {20, 30, -101, 0.05, 49, -0.06, "EPSG:4326"};
  write(RasterFormat::netcdf, directory / "a.nc", description(grid, {"25_MAY_09_JUNE", "10_JUNE_25_JUNE"}), 512);
  {
    const NetcdfFile file(directory / "a.nc");
    CHECK(file.text(file.variable("sif"), "coordinates") == "window");
    CHECK(file.text(file.variable("x"), "standard_name") == "longitude");
    CHECK(file.text(file.variable("y"), "units") == "degrees_north");
    CHECK(file.text(file.variable("crs"), "grid_mapping_name") == "latitude_longitude");
    for (const char* none : {"time", "lat", "lon"}) CHECK_FALSE(file.has(none));
    CHECK(file.variable("window").extent == std::vector<size_t>{2});
  }
  check_values(*open("NETCDF:\"" + (directory / "a.nc").string() + "\":sif"), grid);

  grid = {20, 30, -7.5e6, 926.6254331, 4.8e6, -926.6254331, sinusoidal};
  write(RasterFormat::netcdf, directory / "b.nc", description(grid, {"2020-06-25", "2020-06-09"}), 512);
  const NetcdfFile file(directory / "b.nc");
  CHECK(file.text(file.variable("sif"), "coordinates") == "window lat lon");
  CHECK(file.text(file.variable("crs"), "grid_mapping_name") == "sinusoidal");
  CHECK(file.text(file.variable("crs"), "projected_crs_name") == "MODIS Sinusoidal");
  CHECK(file.text(file.variable("crs"), "crs_wkt")->starts_with("PROJCRS[\"MODIS Sinusoidal\""));
  for (const char* attribute : {"proj_params", "proj4_params"})
    CHECK(file.text(file.variable("crs"), attribute) == sinusoidal);
  CHECK_FALSE(file.has("time"));  // not in the order of time
  const auto dataset = open("NETCDF:\"" + (directory / "b.nc").string() + "\":sif");
  check_values(*dataset, grid);
  CHECK(same_reference(dataset->GetSpatialRef(), sinusoidal));
}

// The value at a longitude and latitude, as a program finds it that knows the file alone.
float value_at(GDALDataset& dataset, double longitude, double latitude) {
  OGRSpatialReference degrees;
  REQUIRE(degrees.SetFromUserInput("EPSG:4326") == OGRERR_NONE);
  degrees.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  OGRSpatialReference map = *dataset.GetSpatialRef();
  map.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  const std::unique_ptr<OGRCoordinateTransformation> to_map(OGRCreateCoordinateTransformation(&degrees, &map));
  REQUIRE(to_map);
  REQUIRE(to_map->Transform(1, &longitude, &latitude));
  std::array<double, 6> t;
  REQUIRE(dataset.GetGeoTransform(t.data()) == CE_None);
  float value = 0;
  REQUIRE(dataset.GetRasterBand(1)->RasterIO(GF_Read, int(std::floor((longitude - t[0]) / t[1])),
                                             int(std::floor((latitude - t[3]) / t[5])), 1, 1, &value, 1, 1, GDT_Float32,
                                             0, 0, nullptr) == CE_None);
  return value;
}

TEST_CASE("five places have the same values in each format, on a grid whose rows run north") {
  const test::TemporaryDirectory directory;
  const Grid grid = {300, 400, -7.4e6, 926.6254331, 5.0e6, 926.6254331, sinusoidal};
  const RasterDescription d = description(grid, {"2020-06-09"});
  write(RasterFormat::geotiff, directory / "a.tif", d, 512);
  write(RasterFormat::cog, directory / "c.tif", d, 512);
  write(RasterFormat::netcdf, directory / "a.nc", d, 512);
  for (const std::string name : {"a.tif", "c.tif", "NETCDF"}) {
    CAPTURE(name);
    const auto dataset =
        open(name == "NETCDF" ? "NETCDF:\"" + (directory / "a.nc").string() + "\":sif" : (directory / name).string());
    for (const Cell cell : {Cell{0, 0}, {299, 399}, {17, 230}, {150, 151}, {290, 20}}) {
      const GeoPoint place = from_sinusoidal({grid.x(cell.column), grid.y(cell.row)});
      CHECK(value_at(*dataset, place.longitude, place.latitude) == value(0, cell.row, cell.column));
    }
  }
}

TEST_CASE("wrong formats, reference systems and places are one line") {
  const test::TemporaryDirectory directory;
  CHECK(raster_format_of("a/b.TIFF") == RasterFormat::geotiff);
  CHECK(raster_format_of("b.nc") == RasterFormat::netcdf);
  CHECK(parse<RasterFormat>("gtiff") == RasterFormat::geotiff);
  CHECK_THROWS_NAMING(UsageError, raster_format_of("a.png"), "a.png", "--format");
  CHECK_THROWS_NAMING(UsageError, parse<RasterFormat>("PNG"), "PNG", "netCDF");
  RasterDescription d = description({4, 4, 0, 1, 0, 1, "EPSG:nonsense"}, {"a"});
  for (const auto format : {RasterFormat::geotiff, RasterFormat::cog, RasterFormat::netcdf}) {
    d.grid.crs = "EPSG:nonsense";
    CHECK_THROWS_NAMING(UsageError, make_raster_writer(format, directory / "a", d), "EPSG:nonsense");
    d.grid.crs = "EPSG:4326";
    CHECK_THROWS_NAMING(Error, make_raster_writer(format, directory / "none" / "a", d), "none");
  }
}

TEST_CASE("a file that is told to stop does so, and leaves nothing beside it") {
  const test::TemporaryDirectory directory;
  const Grid grid = {600, 700, -101, 0.05, 43, 0.06, "EPSG:4326"};
  for (const auto format : {RasterFormat::geotiff, RasterFormat::cog}) {
    auto writer = make_raster_writer(format, directory / "a.tif", description(grid, {"a"}));
    write_in_blocks(*writer, grid, 1, 512);
    CHECK_FALSE(writer->finish([] { return false; }));
    writer.reset();
    std::filesystem::remove(directory / "a.tif");
    CHECK(std::filesystem::is_empty(directory.path()));
  }
}
