#include "data/formats/mod13a2_writer.hpp"

#include <doctest/doctest.h>
#include <gdal_priv.h>
#include <hdf/mfhdf.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "data/formats/mod13a2_reader.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::data;

namespace {

constexpr Date june = {2019, 6, 10};

std::string data_set(const std::filesystem::path& file, const std::string& name) {
  return "HDF4_EOS:EOS_GRID:\"" + file.string() + "\":MODIS_Grid_16DAY_1km_VI:1 km 16 days " + name;
}

GDALDatasetUniquePtr open_gdal(const std::string& name) {
  GDALAllRegister();
  GDALDatasetUniquePtr file(GDALDataset::Open(name.c_str(), GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR));
  REQUIRE_MESSAGE(file, name);
  return file;
}

std::map<std::string, std::string> metadata(GDALDataset& file, const std::vector<std::string>& keys) {
  std::map<std::string, std::string> found;
  for (const std::string& key : keys)
    if (const char* value = file.GetMetadataItem(key.c_str())) found[key] = value;
  return found;
}

Mod13a2Pixels some_pixels(size_t count) {
  Mod13a2Pixels p(count);
  for (size_t i = 1; i < count; ++i) {  // the first stays fill
    const int k = int(i % 97);
    p.ndvi[i] = int16_t(4000 + k), p.evi[i] = int16_t(2000 - k), p.red[i] = int16_t(500 + k);
    p.nir[i] = int16_t(3000 + k), p.blue[i] = int16_t(300 + k), p.mir[i] = int16_t(1500 + k);
    p.view_zenith[i] = int16_t(1000 + k), p.sun_zenith[i] = int16_t(3000 + k);
    p.relative_azimuth[i] = int16_t(-9000 - k), p.composite_day[i] = int16_t(161 + k % 16);
    p.quality[i] = uint16_t(2112 + 4 * (k % 4)), p.reliability[i] = int8_t(k % 4);
  }
  return p;
}

void check_place(const std::filesystem::path& file, const Grid& grid) {
  const GDALDatasetUniquePtr ndvi = open_gdal(data_set(file, "NDVI"));
  CHECK(ndvi->GetRasterXSize() == grid.columns);
  CHECK(ndvi->GetRasterYSize() == grid.rows);
  std::array<double, 6> place;
  REQUIRE(ndvi->GetGeoTransform(place.data()) == CE_None);
  // Both corners to a millionth of a pixel.
  const double left = grid.x_origin - grid.x_step / 2, top = grid.y_origin - grid.y_step / 2;
  const double tolerance = 1e-6 * modis_cell;
  CHECK(std::abs(place[0] - left) < tolerance);
  CHECK(std::abs(place[3] - top) < tolerance);
  CHECK(std::abs(place[0] + grid.columns * place[1] - (left + grid.columns * grid.x_step)) < tolerance);
  CHECK(std::abs(place[3] + grid.rows * place[5] - (top + grid.rows * grid.y_step)) < tolerance);
  CHECK(place[2] == 0);
  CHECK(place[4] == 0);
  OGRSpatialReference wanted;
  REQUIRE(wanted.SetFromUserInput(modis_sinusoidal_crs.c_str()) == OGRERR_NONE);
  const OGRSpatialReference* crs = ndvi->GetSpatialRef();
  REQUIRE(crs);
  CHECK(std::string(crs->GetAttrValue("PROJECTION")) == "Sinusoidal");
  CHECK(crs->GetSemiMajor() == doctest::Approx(wanted.GetSemiMajor()).epsilon(1e-12));
  CHECK(crs->GetInvFlattening() == 0);
}

}  // namespace

TEST_CASE("MOD13A2: GDAL places whole tiles and parts of them to a millionth of a pixel") {
  const test::TemporaryDirectory directory;
  const Grid tile = modis_tile_grid(11, 4), part = part_of(tile, {448, 320, 64, 96});
  write_mod13a2(directory / "tile.hdf", tile, Mod13a2Pixels(size_t(tile.cells())));
  check_place(directory / "tile.hdf", tile);
  write_mod13a2(directory / "part.hdf", part, some_pixels(size_t(part.cells())));
  check_place(directory / "part.hdf", part);
  // East of Greenwich and south of the equator too.
  const Grid south = part_of(modis_tile_grid(20, 11), {1100, 1000, 30, 20});
  write_mod13a2(directory / "south.hdf", south, some_pixels(600));
  check_place(directory / "south.hdf", south);
}

TEST_CASE("MOD13A2: twelve data sets, chunked by rows and deflated, equal when read") {
  const test::TemporaryDirectory directory;
  const auto path = directory / mod13a2_name(june, 11, 4);
  CHECK(path.filename() == "MOD13A2.A2019161.h11v04.061.2020001000000.hdf");
  CHECK(is_granule_name(path));
  const Grid grid = part_of(modis_tile_grid(11, 4), {5, 7, 40, 50});
  const Mod13a2Pixels pixels = some_pixels(2000);
  write_mod13a2(path, grid, pixels);

  const int32 file = SDstart(path.c_str(), DFACC_READ);
  REQUIRE(file != FAIL);
  int32 sets = 0, attributes = 0;
  SDfileinfo(file, &sets, &attributes);
  CHECK(sets == 12);
  for (int32 i = 0; i < sets; ++i) {
    const int32 set = SDselect(file, i);
    HDF_CHUNK_DEF chunk;
    int32 flags = 0;
    REQUIRE(SDgetchunkinfo(set, &chunk, &flags) == SUCCEED);
    CHECK(flags == (HDF_CHUNK | HDF_COMP));
    CHECK(chunk.comp.chunk_lengths[0] == 1);
    CHECK(chunk.comp.chunk_lengths[1] == 50);
    CHECK(chunk.comp.comp_type == COMP_CODE_DEFLATE);
    SDendaccess(set);
  }
  const int32 quality = SDselect(file, SDnametoindex(file, "1 km 16 days VI Quality"));
  std::array<int32, 2> start = {0, 0}, extent = {40, 50};
  std::vector<uint16_t> bits(2000);
  REQUIRE(SDreaddata(quality, start.data(), nullptr, extent.data(), bits.data()) == SUCCEED);
  CHECK(bits == pixels.quality);
  SDendaccess(quality);
  const int32 rank = SDselect(file, SDnametoindex(file, "1 km 16 days pixel reliability"));
  std::vector<int8_t> ranks(2000);
  REQUIRE(SDreaddata(rank, start.data(), nullptr, extent.data(), ranks.data()) == SUCCEED);
  CHECK(ranks == pixels.reliability);
  int8_t fill = 0;
  REQUIRE(SDgetfillvalue(rank, &fill) == SUCCEED);
  CHECK(fill == -1);
  SDendaccess(rank);
  SDend(file);

  const Granule granule = read_mod13a2(path, {{0, 1, 2, 3}, 15});
  CHECK(granule.bands.size() == 12);
  const auto band = [&](const std::string& layer) -> const std::vector<float>& {
    for (const GranuleBand& b : granule.bands)
      if (b.layer == layer) return b.values;
    throw Error("no band " + layer);
  };
  for (const auto& [layer, stored, scale] : {std::tuple{"ndvi", &pixels.ndvi, 1e-4},
                                             {"evi", &pixels.evi, 1e-4},
                                             {"red", &pixels.red, 1e-4},
                                             {"nir", &pixels.nir, 1e-4},
                                             {"blue", &pixels.blue, 1e-4},
                                             {"mir", &pixels.mir, 1e-4},
                                             {"vza", &pixels.view_zenith, 0.01},
                                             {"sza", &pixels.sun_zenith, 0.01},
                                             {"raa", &pixels.relative_azimuth, 0.01},
                                             {"composite_day", &pixels.composite_day, 1.0}}) {
    const std::vector<float>& values = band(layer);
    REQUIRE(values.size() == 2000);
    CHECK_MESSAGE(std::isnan(values[0]), layer);
    for (size_t i = 1; i < 2000; i += 7) CHECK(values[i] == doctest::Approx((*stored)[i] * scale).epsilon(1e-6));
  }
  CHECK(std::isnan(band("reliability")[0]));
}

TEST_CASE("MOD13A2: each data set is described as in a real granule") {
  const auto real = test::shared_data("mod13a2/MOD13A2.A2025129.h18v09.061.2025148083640.hdf");
  if (!real) return;
  const test::TemporaryDirectory directory;
  const auto path = directory / "ours.hdf";
  write_mod13a2(path, part_of(modis_tile_grid(18, 9), {0, 0, 10, 10}), some_pixels(100));
  const GDALDatasetUniquePtr theirs = open_gdal(real->string()), ours = open_gdal(path.string());
  int count = 0;
  for (;; ++count) {
    const std::string key = "SUBDATASET_" + std::to_string(count + 1) + "_NAME";
    const char* name = CSLFetchNameValue(theirs->GetMetadata("SUBDATASETS"), key.c_str());
    if (!name) break;
    std::string set = name;
    set = set.substr(set.rfind("days ") + 5);
    set.resize(std::min(set.size(), set.find('"')));
    const GDALDatasetUniquePtr a = open_gdal(data_set(*real, set)), b = open_gdal(data_set(path, set));
    const std::vector<std::string> keys = {"long_name",  "valid_range",    "_FillValue",       "scale_factor",
                                           "add_offset", "add_offset_err", "scale_factor_err", "calibrated_nt"};
    CHECK_MESSAGE(metadata(*a, keys) == metadata(*b, keys), set);
    CHECK(a->GetRasterBand(1)->GetRasterDataType() == b->GetRasterBand(1)->GetRasterDataType());
    CHECK(a->GetRasterBand(1)->GetNoDataValue() == b->GetRasterBand(1)->GetNoDataValue());
  }
  CHECK(count == 12);
}

TEST_CASE("MOD13A2: equal bytes wherever they are written; errors name the file") {
  const test::TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "a" / "much" / "longer" / "path");
  const Grid grid = part_of(modis_tile_grid(11, 4), {0, 0, 10, 10});
  const auto one = directory / "a.hdf", two = directory / "a" / "much" / "longer" / "path" / "b.hdf";
  write_mod13a2(one, grid, some_pixels(100));
  write_mod13a2(two, grid, some_pixels(100));
  CHECK(test::read_file(one) == test::read_file(two));
  Mod13a2Pixels other = some_pixels(100);
  other.ndvi[50] += 1;
  write_mod13a2(two, grid, other);
  CHECK(test::read_file(one) != test::read_file(two));
  const auto nowhere = directory / "nowhere" / "c.hdf";
  CHECK_THROWS_NAMING(Error, write_mod13a2(nowhere, grid, some_pixels(100)), nowhere.string(), "cannot be written");
  CHECK_THROWS_NAMING(ShapeError, write_mod13a2(one, grid, some_pixels(99)), "10 x 10", "99");
}
