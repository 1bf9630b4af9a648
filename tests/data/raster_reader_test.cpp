#include "data/formats/raster_reader.hpp"

#include <doctest/doctest.h>
#include <gdal_priv.h>
#include <netcdf.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "data/crs/gdal.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/formats/mod13a2_reader.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr float nan_f = std::numeric_limits<float>::quiet_NaN();
const test::TemporaryDirectory& folder() {
  static const test::TemporaryDirectory directory;
  return directory;
}

// 4 x 3 pixels of a degree from 10 E, 50 N.
template <class T>
std::string geotiff(const std::string& name, GDALDataType type, const std::vector<T>& values,
                    const std::function<void(GDALDataset&)>& more = {}, int bands = 1, char** options = nullptr) {
  start_gdal();
  const std::string file = folder() / name;
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GTiff");
  GDALDatasetUniquePtr dataset(driver->Create(file.c_str(), 4, 3, bands, type, options));
  REQUIRE(dataset);
  std::array<double, 6> t = {10, 1, 0, 50, 0, -1};
  dataset->SetGeoTransform(t.data());
  OGRSpatialReference srs;
  srs.SetFromUserInput("EPSG:4326");
  dataset->SetSpatialRef(&srs);
  if (more) more(*dataset);
  constexpr GDALDataType of = std::is_same_v<T, int64_t> ? GDT_Int64 : std::is_same_v<T, int> ? GDT_Int32 : GDT_Float64;
  for (int b = 1; b <= bands; ++b) {
    std::vector<T> copy(values.begin() + (b - 1) * 12 % int(values.size()),
                        values.begin() + (b - 1) * 12 % int(values.size()) + 12);
    REQUIRE(dataset->GetRasterBand(b)->RasterIO(GF_Write, 0, 0, 4, 3, copy.data(), 4, 3, of, 0, 0, nullptr) == CE_None);
  }
  return file;
}

// A NetCDF file with its attributes set one by one.
class NetcdfMaker {
 public:
  explicit NetcdfMaker(const std::string& name, int mode = NC_NETCDF4) : path(folder() / name) {
    REQUIRE(nc_create(path.c_str(), mode | NC_CLOBBER, &id) == NC_NOERR);
  }
  ~NetcdfMaker() { close(); }
  std::string close() {
    if (id >= 0) REQUIRE(nc_close(id) == NC_NOERR);
    id = -1;
    return path;
  }
  int dimension(const std::string& name, const std::vector<double>& coordinates,
                const std::vector<std::pair<std::string, std::string>>& attributes = {}, nc_type type = NC_DOUBLE) {
    int d = 0, v = 0;
    REQUIRE(nc_def_dim(id, name.c_str(), coordinates.size(), &d) == NC_NOERR);
    REQUIRE(nc_def_var(id, name.c_str(), type, 1, &d, &v) == NC_NOERR);
    for (const auto& [key, text] : attributes) put_text(v, key, text);
    nc_enddef(id);
    REQUIRE(nc_put_var_double(id, v, coordinates.data()) == NC_NOERR);
    nc_redef(id);
    return d;
  }
  int variable(const std::string& name, nc_type type, std::vector<int> dimensions) {
    int v = 0;
    REQUIRE(nc_def_var(id, name.c_str(), type, int(dimensions.size()), dimensions.data(), &v) == NC_NOERR);
    return v;
  }
  void put_text(int v, const std::string& key, const std::string& text) {
    REQUIRE(nc_put_att_text(id, v, key.c_str(), text.size(), text.c_str()) == NC_NOERR);
  }
  void put_numbers(int v, const std::string& key, nc_type type, const std::vector<double>& numbers) {
    REQUIRE(nc_put_att_double(id, v, key.c_str(), type, numbers.size(), numbers.data()) == NC_NOERR);
  }
  void put(int v, const std::vector<double>& values) {
    nc_enddef(id);
    REQUIRE(nc_put_var_double(id, v, values.data()) == NC_NOERR);
    nc_redef(id);
  }

  std::string path;
  int id = -1;
};

const std::vector<std::pair<std::string, std::string>> east = {{"units", "degrees_east"}},
                                                       north = {{"units", "degrees_north"}};

Dataset dataset_on(const Grid& grid, std::vector<std::string> windows = {"2019-05-25", "2019-06-10"}) {
  Dataset dataset;
  dataset.grid = grid;
  dataset.windows = std::move(windows);
  return dataset;
}

Grid grid_of(double west, double north_edge, double step, int rows, int columns, const std::string& crs = "EPSG:4326") {
  Grid grid;
  grid.rows = rows, grid.columns = columns, grid.x_step = step, grid.y_step = -step;
  grid.x_origin = west + step / 2, grid.y_origin = north_edge - step / 2;
  grid.crs = crs;
  return grid;
}

Dataset small(std::vector<std::string> windows = {"2019-05-25", "2019-06-10"}) {
  return dataset_on(grid_of(10, 50, 1, 3, 4), std::move(windows));
}

std::vector<float> layer_of(const std::string& text, const Dataset& dataset) {
  return auxiliary_layer(parse_auxiliary("a=" + text), dataset).layer.values;
}

void check_same(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i)
    CHECK_MESSAGE(((std::isnan(a[i]) && std::isnan(b[i])) || a[i] == doctest::Approx(b[i]).epsilon(1e-6)), i, ": ",
                  a[i], " ", b[i]);
}

const std::vector<double> twelve = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

}  // namespace

TEST_CASE("Nodata, an internal mask, alpha and NaN all at once") {
  CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES");
  std::vector<double> values = twelve;
  values[0] = -9999, values[5] = 7777, values[11] = std::nan("");
  const std::string file = geotiff<double>("masked.tif", GDT_Float32, values, [](GDALDataset& d) {
    d.GetRasterBand(1)->SetNoDataValue(-9999);
    REQUIRE(d.CreateMaskBand(GMF_PER_DATASET) == CE_None);
    std::vector<uint8_t> mask(12, 255);
    mask[5] = 0;
    REQUIRE(d.GetRasterBand(1)->GetMaskBand()->RasterIO(GF_Write, 0, 0, 4, 3, mask.data(), 4, 3, GDT_Byte, 0, 0,
                                                        nullptr) == CE_None);
  });
  const Raster raster = read_raster(file);
  check_same(raster.values, {nan_f, 2, 3, 4, 5, nan_f, 7, 8, 9, 10, 11, nan_f});
  CHECK(raster.absent[0] == Absence::fill);
  CHECK(raster.absent[5] == Absence::mask);
  CHECK(raster.absent[11] == Absence::fill);
  CHECK(raster.absent[1] == Absence::none);
  CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", "NO");
  const std::string beside = geotiff<double>("beside.tif", GDT_Float32, twelve, [](GDALDataset& d) {
    REQUIRE(d.CreateMaskBand(GMF_PER_DATASET) == CE_None);  // beside.tif.msk
    std::vector<uint8_t> mask(12, 255);
    mask[2] = 0;
    REQUIRE(d.GetRasterBand(1)->GetMaskBand()->RasterIO(GF_Write, 0, 0, 4, 3, mask.data(), 4, 3, GDT_Byte, 0, 0,
                                                        nullptr) == CE_None);
  });
  CHECK(std::isnan(read_raster(beside).values[2]));
}

TEST_CASE("An alpha band beside a nodata value") {
  std::vector<double> values = twelve;
  values[3] = 255;
  std::vector<double> both = values;
  for (int i = 0; i < 12; ++i) both.push_back(i == 7 ? 0 : 255);
  const std::string file = geotiff<double>(
      "alpha.tif", GDT_Byte, both,
      [](GDALDataset& d) {
        d.GetRasterBand(1)->SetNoDataValue(255);
        d.GetRasterBand(2)->SetColorInterpretation(GCI_AlphaBand);
      },
      2);
  check_same(layer_of(file + "@nearest", small({"2019-05-25"})), {1, 2, 3, nan_f, 5, 6, 7, nan_f, 9, 10, 11, 12});
}

TEST_CASE("Numbers are compared as they are stored") {
  // 0.2 as a float is no 0.2; -3.4e38 as a float no -3.4e38.
  std::vector<double> values(12, 0.2);
  values[1] = -3.4e38, values[2] = 0.20001;
  const std::string file = geotiff<double>("floats.tif", GDT_Float32, values, [](GDALDataset& d) {
    d.GetRasterBand(1)->SetNoDataValue(-3.4e38);
    d.SetMetadataItem("valid_range", "0.2, 0.2");
  });
  const Raster raster = read_raster(file);
  CHECK(raster.values[0] == 0.2f);
  CHECK(raster.absent[1] == Absence::fill);
  CHECK(raster.absent[2] == Absence::invalid);

  std::vector<int> whole(12, 16777217);
  const std::string large = geotiff<int>("large.tif", GDT_Int32, whole);
  CHECK_THROWS_NAMING(Error, read_raster(large), "16777217", "24 bits");
  CHECK(layer_of(large + "@nearest?scale=0.001", small())[0] == doctest::Approx(16777.217));
  std::vector<int64_t> wide(12, 5);
  wide[4] = -9223372036854775807, wide[5] = 9007199254740993;
  const auto nodata = [](GDALDataset& d) { d.GetRasterBand(1)->SetNoDataValueAsInt64(-9223372036854775807); };
  CHECK_THROWS_NAMING(Error, read_raster(geotiff<int64_t>("wide.tif", GDT_Int64, wide, nodata)), "9007199254740993");
  wide[5] = 6;
  CHECK(std::isnan(read_raster(geotiff<int64_t>("wide.tif", GDT_Int64, wide, nodata)).values[4]));

  std::vector<double> bytes = twelve;
  bytes[0] = 255, bytes[1] = 254;
  const char* const option[] = {"PIXELTYPE=SIGNEDBYTE", nullptr};
  const std::string signed_bytes = geotiff<double>(
      "signed.tif", GDT_Byte, bytes, [](GDALDataset& d) { d.GetRasterBand(1)->SetNoDataValue(-1); }, 1,
      const_cast<char**>(option));
  const Raster s = read_raster(signed_bytes);
  CHECK(std::isnan(s.values[0]));
  CHECK(s.values[1] == -2);
}

TEST_CASE("What the caller says of the numbers") {
  std::vector<double> values = twelve;
  values[0] = 255, values[1] = 249, values[2] = 0;
  const std::string file = geotiff<double>("stated.tif", GDT_Byte, values);
  check_same(layer_of(file + "@nearest?valid=0:100&scale=0.1&offset=1&nodata=4,5", small({"w"})),
             {nan_f, nan_f, 1, nan_f, nan_f, 1.6f, 1.7f, 1.8f, 1.9f, 2, 2.1f, 2.2f});
  const AuxiliaryBand band = parse_auxiliary("lai=dir/f.tif:3@average?valid=-1:2.5");
  CHECK(band.file == "dir/f.tif");
  CHECK(band.band == 3);
  CHECK(band.resampling == Resampling::average);
  CHECK(band.stated.low == -1);
  CHECK(band.stated.high == 2.5);
  for (const char* wrong :
       {"a=f?scale=0", "a=f?scale=x", "a=f?valid=3", "a=f?valid=3:1", "a=f?nodata=", "a=f?nodata=1,", "a=f?colour=1",
        "a=f?", "a=f?scale=1&", "a=f?scale=1&scale=2", "a=f?classes=1", "a=f?scale=nan", "a=f:0", "a=?scale=1"})
    CHECK_THROWS_AS(parse_auxiliary(wrong), UsageError);
}

TEST_CASE("A number at the end of a data set's name is no band") {
  CHECK(parse_auxiliary("a=HDF4_SDS:UNKNOWN:\"f.hdf\":3").band == 0);
  CHECK(parse_auxiliary("a=HDF4_SDS:UNKNOWN:\"f.hdf\":3").file == "HDF4_SDS:UNKNOWN:\"f.hdf\":3");
  CHECK(parse_auxiliary("a=HDF4_SDS:UNKNOWN:\"f.hdf\":3:2").band == 2);
  CHECK(parse_auxiliary("a=HDF4_SDS:UNKNOWN:\"f.hdf\":3:2").file == "HDF4_SDS:UNKNOWN:\"f.hdf\":3");
  CHECK(parse_auxiliary("a=HDF4_EOS:EOS_GRID:\"f:1.hdf\":grid:b01:2").band == 2);
  CHECK(parse_auxiliary("a=NETCDF:\"f.nc\":t2m:4@mode").band == 4);
  CHECK(parse_auxiliary("a=f.nc:t2m").file == "f.nc:t2m");
  CHECK_THROWS_NAMING(Error, open_raster("nowhere/f.tif"), "nowhere/f.tif: no such file");
  CHECK_THROWS_NAMING(Error, open_raster("HDF4_SDS:UNKNOWN:\"nowhere.hdf\":3"), "nowhere.hdf: no such file");
  CHECK_THROWS_NAMING(Error, open_raster("NETCDF:nowhere.nc:v"), "nowhere.nc: no such file");
}

TEST_CASE("Classes are resampled by mode or nearest") {
  const std::string file = geotiff<double>("palette.tif", GDT_Byte, twelve, [](GDALDataset& d) {
    GDALColorTable colours;
    const GDALColorEntry green = {0, 255, 0, 255};
    colours.SetColorEntry(1, &green);
    d.GetRasterBand(1)->SetColorTable(&colours);
  });
  const Dataset other = dataset_on(grid_of(10, 50, 0.5, 6, 8));
  CHECK_THROWS_NAMING(UsageError, layer_of(file, other), "classes", "@mode");
  CHECK_THROWS_NAMING(UsageError, layer_of(file + "@average", other), "classes", "@mode");
  CHECK(layer_of(file + "@mode", other)[0] == 1);
  CHECK(layer_of(file + "@average?classes=no", other)[0] == 1);
}

TEST_CASE("Several bands: by their times, by a number, or refused with a list") {
  std::vector<double> values;
  for (int b = 1; b <= 3; ++b) values.insert(values.end(), 12, 100.0 * b);
  const std::string plain = geotiff<double>("bands.tif", GDT_Float32, values, {}, 3);
  CHECK_THROWS_NAMING(Error, layer_of(plain, small()), "bands.tif", "3 bands", "FILE:2");
  CHECK(layer_of(plain + ":2", small())[0] == 200);
  CHECK_THROWS_NAMING(Error, layer_of(plain + ":4", small()), "bands.tif", "3 bands", "no band 4");
  const std::string dated = geotiff<double>(
      "dated.tif", GDT_Float32, values,
      [](GDALDataset& d) {
        d.GetRasterBand(1)->SetDescription("2019-05-25");
        d.GetRasterBand(2)->SetDescription("2019-06-09T23:00 mean");
        d.GetRasterBand(3)->SetDescription("2019-06-10");
      },
      3);
  const std::vector<float> layer = layer_of(dated, small());
  CHECK(layer[0] == 150);
  CHECK(layer[12] == 300);
}

TEST_CASE("NetCDF: time steps in windows, levels, several variables") {
  NetcdfMaker maker("steps.nc");
  const int t = maker.dimension("time", {0, 24, 40, 56}, {{"units", "days since 2019-05-01"}}),
            y = maker.dimension("lat", {49.5, 48.5, 47.5}, north),
            x = maker.dimension("lon", {10.5, 11.5, 12.5, 13.5}, east);
  const int v = maker.variable("sst", NC_FLOAT, {t, y, x});
  maker.put_numbers(v, "missing_value", NC_FLOAT, {-1});
  std::vector<double> values;
  for (int s = 1; s <= 4; ++s) values.insert(values.end(), 12, 100.0 * s);
  values[12] = -1;  // 25 May
  maker.put(v, values);
  const std::string file = maker.close();
  const std::vector<float> layer = layer_of(file, small());
  CHECK(std::isnan(layer[0]));
  CHECK(layer[1] == 200);
  CHECK(layer[12] == 300);
  CHECK(layer_of(file + ":1", small())[12] == 100);
  CHECK_THROWS_NAMING(Error, layer_of(file, small({"2019-07-12"})), "2019-07-12", "1 2019-05-01", "4 2019-06-26");
  CHECK(layer_of(file, small({"2019-05-24"}))[1] == 200);
  CHECK(layer_of(file, small({"2019-06-10"}))[1] == 300);

  NetcdfMaker levels("levels.nc");
  const int z = levels.dimension("level", {850, 500}, {{"axis", "Z"}}),
            ly = levels.dimension("lat", {49.5, 48.5, 47.5}, north),
            lx = levels.dimension("lon", {10.5, 11.5, 12.5, 13.5}, east);
  const int a = levels.variable("temperature", NC_SHORT, {z, ly, lx}),
            b = levels.variable("wind", NC_SHORT, {z, ly, lx});
  values.resize(24);
  values[12] = 200;
  levels.put(a, values), levels.put(b, values);
  const std::string several = levels.close();
  CHECK_THROWS_NAMING(Error, layer_of(several, small()), "temperature", "wind", "levels.nc:temperature");
  CHECK_THROWS_NAMING(Error, layer_of(several + ":wind", small()), "1 level 850", "2 level 500");
  CHECK(layer_of(several + ":wind:2", small())[0] == 200);
  CHECK(layer_of("NETCDF:\"" + several + "\":wind:1", small())[0] == 100);
  CHECK_THROWS_NAMING(Error, layer_of(several + ":winds", small()), "winds", "temperature, wind");
}

TEST_CASE("NetCDF: times that are not known are refused, calendars without leap days are") {
  for (const auto& [calendar, units, fine] :
       {std::tuple{"360_day", "days since 2019-05-01", false}, std::tuple{"standard", "months since 2019-05-01", false},
        std::tuple{"noleap", "days since 2016-01-01", true},
        std::tuple{"gregorian", "hours since 2019-05-25 12:00", true}}) {
    NetcdfMaker maker("calendar.nc");
    const bool noleap = std::string(calendar) == "noleap";
    const double first = noleap ? 3 * 365 + 144 : 0;  // 25 May 2019
    const int t = maker.dimension("time", {first, first + (noleap ? 16 : 16 * 24)},
                                  {{"units", units}, {"calendar", calendar}}),
              y = maker.dimension("lat", {49.5, 48.5, 47.5}, north),
              x = maker.dimension("lon", {10.5, 11.5, 12.5, 13.5}, east);
    const int v = maker.variable("v", NC_FLOAT, {t, y, x});
    std::vector<double> values(24, 1);
    std::fill(values.begin() + 12, values.end(), 2);
    maker.put(v, values);
    const std::string file = maker.close();
    if (!fine) {
      CHECK_THROWS_NAMING(Error, layer_of(file, small()), "2 bands", "not known");
      continue;
    }
    const std::vector<float> layer = layer_of(file, small());
    CHECK(layer[0] == 1);
    CHECK(layer[12] == 2);
  }
}

TEST_CASE("NetCDF: whatever the order and the directions of the axes") {
  // value = lon + 100 lat, on 5..15 E, 5..15 N: a transposed copy would lie on the same square.
  const std::vector<double> up = {5, 7.5, 10, 12.5, 15}, down = {15, 12.5, 10, 7.5, 5};
  const Grid grid = grid_of(3.75, 16.25, 2.5, 5, 5);
  for (const bool lon_first : {false, true})
    for (const bool north_up : {false, true})
      for (const int time : {0, 1, 2})  // none, first, last
        for (const char* style : {"units", "standard_name", "axis", "name"}) {
          CAPTURE(lon_first);
          CAPTURE(north_up);
          CAPTURE(time);
          CAPTURE(style);
          NetcdfMaker maker("order.nc");
          using Attributes = std::vector<std::pair<std::string, std::string>>;
          Attributes ex, ny;
          const std::string s = style;
          if (s == "units") ex = east, ny = north;
          if (s == "standard_name") ex = {{"standard_name", "longitude"}}, ny = {{"standard_name", "latitude"}};
          if (s == "axis")
            ex = {{"axis", "X"}, {"units", "degrees_east"}}, ny = {{"axis", "Y"}, {"units", "degrees_north"}};
          const bool named = s == "name";
          const std::vector<double>& lats = north_up ? down : up;
          const int x = maker.dimension(named ? "lon" : "i", up, ex),
                    y = maker.dimension(named ? "lat" : "j", lats, ny);
          std::vector<int> order = lon_first ? std::vector<int>{x, y} : std::vector<int>{y, x};
          if (time) {
            const int t = maker.dimension("time", {24}, {{"units", "days since 2019-05-01"}});
            order.insert(time == 1 ? order.begin() : order.end(), t);
          }
          const int v = maker.variable("v", NC_FLOAT, order);
          std::vector<double> values;
          for (size_t a = 0; a < 5; ++a)
            for (size_t b = 0; b < 5; ++b) values.push_back(up[lon_first ? a : b] + 100 * lats[lon_first ? b : a]);
          maker.put(v, values);
          const std::string file = maker.close();
          const std::vector<float> layer = layer_of(file, dataset_on(grid, {"2019-05-25"}));
          for (int i = 0; i < 5; ++i)
            for (int j = 0; j < 5; ++j) CHECK(layer[size_t(i * 5 + j)] == grid.x(j) + 100 * grid.y(i));
        }
}

TEST_CASE("NetCDF: axes that cannot be used are refused") {
  const auto with = [](const std::vector<double>& lats, const std::vector<std::pair<std::string, std::string>>& y_says,
                       const std::string& y_name = "lat") {
    NetcdfMaker maker("axes.nc");
    const int y = maker.dimension(y_name, lats, y_says), x = maker.dimension("lon", {10.5, 11.5, 12.5, 13.5}, east);
    const int v = maker.variable("v", NC_FLOAT, {y, x});
    maker.put(v, twelve);
    return maker.close();
  };
  CHECK_THROWS_NAMING(Error, layer_of(with({49.5, 48.5, 47}, north), small()), "lat", "not regular");
  CHECK_THROWS_NAMING(Error, layer_of(with({49.5, 48.5, 47.5}, {{"units", "degrees_north"}, {"axis", "X"}}), small()),
                      "lat", "contradict");
  CHECK_THROWS_NAMING(Error, layer_of(with({1, 2, 3}, {}, "row"), small()), "row, lon", "not known as x and y");
  CHECK_THROWS_NAMING(Error, layer_of(with({4950000, 4850000, 4750000}, north), small()), "no degrees");
  CHECK(layer_of(with({47.5, 48.5, 49.5}, north), small())[0] == 9);
}

TEST_CASE("NetCDF: fills, lists of them, ranges, scales, unsigned bytes") {
  const auto with = [](nc_type type, const std::vector<double>& values,
                       const std::function<void(NetcdfMaker&, int)>& says) {
    NetcdfMaker maker("values.nc", NC_NETCDF4);
    const int y = maker.dimension("lat", {49.5, 48.5, 47.5}, north),
              x = maker.dimension("lon", {10.5, 11.5, 12.5, 13.5}, east);
    const int v = maker.variable("v", type, {y, x});
    says(maker, v);
    maker.put(v, values);
    const std::string file = maker.close();
    return layer_of(file + "@nearest", small({"2019-05-25"}));
  };
  std::vector<double> values = twelve;
  values[0] = -15000, values[1] = -13000, values[2] = -32767;
  check_same(with(NC_SHORT, values,
                  [](NetcdfMaker& m, int v) {
                    m.put_numbers(v, "missing_value", NC_SHORT, {-15000, -13000});
                    m.put_numbers(v, "scale_factor", NC_DOUBLE, {0.5});
                    m.put_numbers(v, "add_offset", NC_DOUBLE, {1});
                  }),
             {nan_f, nan_f, nan_f, 3, 3.5f, 4, 4.5f, 5, 5.5f, 6, 6.5f, 7});
  // Of packed values: 2..4 are 2..6 as they are stored.
  for (const nc_type type : {NC_SHORT, NC_DOUBLE})
    check_same(with(NC_SHORT, twelve,
                    [&](NetcdfMaker& m, int v) {
                      m.put_numbers(v, "valid_range", type,
                                    type == NC_SHORT ? std::vector<double>{2, 6} : std::vector<double>{2, 4});
                      m.put_numbers(v, "scale_factor", NC_DOUBLE, {0.5});
                      m.put_numbers(v, "add_offset", NC_DOUBLE, {1});
                    }),
               {nan_f, 2, 2.5f, 3, 3.5f, 4, nan_f, nan_f, nan_f, nan_f, nan_f, nan_f});
  values = twelve;
  values[0] = -6, values[1] = -1, values[2] = 0;  // 250, 255
  check_same(with(NC_BYTE, values,
                  [](NetcdfMaker& m, int v) {
                    m.put_text(v, "_Unsigned", "true");
                    m.put_numbers(v, "missing_value", NC_BYTE, {-1});
                    m.put_numbers(v, "valid_min", NC_BYTE, {1});
                    m.put_numbers(v, "valid_max", NC_BYTE, {-6});
                  }),
             {250, nan_f, nan_f, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  values = twelve;
  values[0] = 0.2, values[1] = 9.96921e36, values[2] = std::nan("");
  check_same(with(NC_FLOAT, values,
                  [](NetcdfMaker& m, int v) {
                    m.put_numbers(v, "valid_min", NC_DOUBLE, {0.2});
                    m.put_numbers(v, "_FillValue", NC_FLOAT, {std::nan("")});
                  }),
             {0.2f, nan_f, nan_f, 4, 5, 6, 7, 8, 9, 10, 11, 12});
}

TEST_CASE("NetCDF: the sinusoidal map by its own attributes") {
  for (const int style : {0, 1, 2}) {
    NetcdfMaker maker("sinusoidal.nc");
    const double unit = style == 2 ? 0.001 : 1;
    const Grid tile = modis_tile_grid(11, 4);
    std::vector<double> xs, ys;
    for (int i = 0; i < 4; ++i) xs.push_back(tile.x(i) * unit);
    for (int i = 0; i < 3; ++i) ys.push_back(tile.y(i) * unit);
    const std::string units = style == 2 ? "km" : "m";
    const int y = maker.dimension("y", ys, {{"units", units}, {"standard_name", "projection_y_coordinate"}}),
              x = maker.dimension("x", xs, {{"units", units}, {"standard_name", "projection_x_coordinate"}});
    const int v = maker.variable("v", NC_FLOAT, {y, x}), mapping = maker.variable("map", NC_INT, {});
    maker.put_text(v, "grid_mapping", "map");
    maker.put_text(mapping, "grid_mapping_name", "sinusoidal");
    maker.put_numbers(mapping, "longitude_of_central_meridian", NC_DOUBLE, {0});
    if (style == 0) maker.put_numbers(mapping, "earth_radius", NC_DOUBLE, {modis_radius});
    if (style == 1) {
      maker.put_numbers(mapping, "semi_major_axis", NC_DOUBLE, {modis_radius});
      maker.put_numbers(mapping, "semi_minor_axis", NC_DOUBLE, {modis_radius});
    }
    if (style == 2) {
      maker.put_text(mapping, "earth_radius", "6371007.181");
    }
    maker.put(v, twelve);
    const std::string file = maker.close();
    check_same(layer_of(file, dataset_on(part_of(tile, {0, 0, 3, 4}), {"w"})), {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  }
}

TEST_CASE("Longitudes may begin anywhere, for all kinds of resampling") {
  // A global raster of 2 degrees, value = longitude from 0 to 360; asked for west of Greenwich and over the date line.
  for (const double begin : {0.0, -180.0}) {
    NetcdfMaker maker("globe.nc");
    std::vector<double> lons, lats, values;
    for (int i = 0; i < 180; ++i) lons.push_back(begin + 1 + 2 * i);
    for (int i = 0; i < 90; ++i) lats.push_back(-89 + 2 * i);
    for (const double lat : lats)
      for (const double lon : lons) values.push_back(std::fmod(lon + 360, 360) + 0 * lat);
    const int y = maker.dimension("lat", lats, north), x = maker.dimension("lon", lons, east);
    const int v = maker.variable("v", NC_FLOAT, {y, x});
    maker.put(v, values);
    const std::string file = maker.close();
    for (const char* kind : {"nearest", "bilinear", "average", "mode"})
      for (const double west : {-120.0, 170.0, 100.0}) {
        const Grid grid = grid_of(west, 60, 2, 5, 8), shifted = grid_of(west + 1, 61, 2, 5, 8);
        CAPTURE(kind);
        CAPTURE(west);
        CAPTURE(begin);
        const std::vector<float> layer = layer_of(file + "@" + kind, dataset_on(grid, {"w"}));
        for (int j = 0; j < 8; ++j) CHECK(layer[size_t(j)] == doctest::Approx(std::fmod(grid.x(j) + 360, 360)));
        if (std::string(kind) == "nearest" || std::string(kind) == "mode") continue;
        const std::vector<float> between = layer_of(file + "@" + kind, dataset_on(shifted, {"w"}));
        for (int j = 0; j < 8; ++j) CHECK(between[size_t(j)] == doctest::Approx(std::fmod(shifted.x(j) + 360, 360)));
      }
  }
}

TEST_CASE("Real files: LAI with its codes, NDVI as the layer, temperatures of 30 days") {
  const auto aux = test::shared_data("modis_aux"), mod13 = test::shared_data("mod13a2"),
             viirs = test::shared_data("viirs");
  if (!aux || !mod13 || !viirs) return;
  std::string lai, lst, ndvi, vnp;
  for (const auto& entry : std::filesystem::directory_iterator(*aux))
    (entry.path().extension() == ".hdf" ? lai : lst) = entry.path();
  for (const auto& entry : std::filesystem::directory_iterator(*mod13))
    if (entry.path().filename().string().find("A2025129") != std::string::npos) ndvi = entry.path();
  for (const auto& entry : std::filesystem::directory_iterator(*viirs)) vnp = entry.path();

  const Raster leaf = read_raster(lai + ":Lai_500m");
  float greatest = 0;
  int64_t codes = 0;
  for (size_t i = 0; i < leaf.values.size(); ++i) {
    if (!std::isnan(leaf.values[i])) greatest = std::max(greatest, leaf.values[i]);
    codes += leaf.absent[i] == Absence::invalid;
  }
  CHECK(greatest > 5);
  CHECK(greatest <= 10);
  CHECK(codes > 0);
  CHECK_THROWS_NAMING(Error, read_raster(lai), "6 data sets", "Lai_500m", "Fpar_500m");
  const Dataset other = dataset_on(part_of(modis_tile_grid(18, 5), {0, 0, 40, 40}));
  CHECK_THROWS_NAMING(UsageError, layer_of(lai + ":FparLai_QC@average", other), "classes", "MCD15A2H");

  const Raster index = read_raster(ndvi + ":1 km 16 days NDVI");
  float top = 0;
  for (const float v : index.values)
    if (!std::isnan(v)) top = std::max(top, v);
  const Granule granule = read_mod13a2(ndvi, {{0, 1, 2, 3}, 15});
  for (const GranuleBand& band : granule.bands)
    for (size_t i = 0; i < band.values.size() && band.layer == "ndvi"; ++i)
      if (!std::isnan(band.values[i])) REQUIRE(band.values[i] == index.values[i]);
  CHECK(top > 0.5f);
  CHECK(top <= 1.0f);

  const Raster day = read_raster(lst + ":LST_Day_1km", 3);
  CHECK(day.grid.columns == 49);
  CHECK(day.grid.x_step == doctest::Approx(modis_cell).epsilon(1e-6));
  const Grid tile = modis_tile_grid(17, 8);
  const auto at = offset_of(day.grid, tile);
  REQUIRE(at);
  CHECK(*at == Cell{55, 512});
  const Dataset january = dataset_on(day.grid, {"2017-01-01", "2017-01-17"});
  const std::vector<float> layer = layer_of(lst + ":LST_Day_1km", january);
  int64_t present = 0;
  for (const float v : layer)
    if (!std::isnan(v)) CHECK((v > 280 && v < 330)), ++present;
  CHECK(present > 1000);
  CHECK_THROWS_NAMING(Error, layer_of(lst, january), "LST_Night_1km", "LST_Day_1km");
  CHECK_THROWS_NAMING(Error, layer_of(lst + ":LST_Day_1km", dataset_on(day.grid, {"2018-01-01"})), "2017-01-01",
                      "2017-01-30");

  const Raster twin = read_raster(vnp + ":1_km_16_days_NDVI");
  CHECK(offset_of(twin.grid, index.grid) == Cell{0, 0});
  for (const float v : twin.values)
    if (!std::isnan(v)) REQUIRE((v >= -1 && v <= 1));
}

TEST_CASE("A raster beside the date line is found from a map of the Pacific, which is cut elsewhere") {
  for (const int h : {35, 0}) {  // Fiji: west and east of the line
    CAPTURE(h);
    const Grid tile = modis_tile_grid(h, 10);
    // The columns of the tile that lie on the globe at its rows.
    const Part beside = {400, h == 35 ? 380 : 740, 200, 60};
    Raster raster{part_of(tile, beside), {}, {}};
    for (int i = 0; i < beside.rows; ++i)
      for (int j = 0; j < beside.columns; ++j) raster.values.push_back(float(i + j));
    const Grid pacific = {500, 1500, 2400000, 1000, -1400000, -1000, "EPSG:3832"};
    std::vector<Absence> absent;
    const std::vector<float> nearest = on_grid(raster, pacific, Resampling::nearest, &absent),
                             bilinear = on_grid(raster, pacific, Resampling::bilinear),
                             average = on_grid(raster, pacific, Resampling::average);
    int64_t found = 0, smooth = 0, mean = 0;
    for (size_t i = 0; i < nearest.size(); ++i) {
      CHECK((absent[i] == Absence::outside) == std::isnan(nearest[i]));
      if (std::isnan(nearest[i])) continue;
      ++found;
      smooth += std::abs(bilinear[i] - nearest[i]) <= 1.01f;
      mean += std::abs(average[i] - nearest[i]) <= 2.01f;
    }
    MESSAGE(found << " cells, bilinear " << smooth << ", average " << mean);
    CHECK(found > 1000);
    CHECK(double(smooth) > 0.95 * double(found));
    CHECK(double(mean) > 0.95 * double(found));
  }
}

TEST_CASE("Long attributes and labels are not shown whole") {
  const std::string text(10000, '\x1b');
  const auto check_short = [](const std::string& error, const std::string& part) {
    CHECK_MESSAGE(test::contains(error, part), error);
    CHECK(error.size() < 400);
    CHECK(error.find('\x1b') == std::string::npos);
  };
  NetcdfMaker steps("long_label.nc");
  const int t = steps.dimension("time", {0, 16}, {{"units", "days since 2019-05-25"}}),
            y = steps.dimension("lat", {49.5, 48.5}, {{"units", "degrees_north"}}),
            x = steps.dimension("lon", {10.5, 11.5}, {{"units", "degrees_east"}});
  steps.put(steps.variable("v", NC_FLOAT, {t, y, x}), std::vector<double>(8, 1));
  const std::string file = steps.close();
  check_short(test::thrown([&] { layer_of(file, small({text})); }), "is no date");
  NetcdfMaker units("long_units.nc");
  const int days = units.dimension("time", {0, 16}, {{"units", text + " since 2019-05-25"}}),
            north = units.dimension("lat", {49.5, 48.5}, {{"units", "degrees_north"}}),
            east = units.dimension("lon", {10.5, 11.5}, {{"units", "degrees_east"}});
  units.put(units.variable("v", NC_FLOAT, {days, north, east}), std::vector<double>(8, 1));
  const std::string other = units.close();
  check_short(test::thrown([&] { layer_of(other, small()); }), "units '");
}
