#include <doctest/doctest.h>
#include <gdal_priv.h>

#include <array>
#include <nlohmann/json.hpp>

#include "data/crs/gdal.hpp"
#include "files.hpp"
#include "pipeline/info/info.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

TEST_CASE("info describes a raster as prepare reads it") {
  data::start_gdal();
  const test::TemporaryDirectory directory;
  const std::string file = directory / "MCD12Q1_2019.tif";
  {
    GDALDatasetUniquePtr dataset(
        GetGDALDriverManager()->GetDriverByName("GTiff")->Create(file.c_str(), 4, 3, 2, GDT_Byte, nullptr));
    std::array<double, 6> t = {10, 1, 0, 50, 0, -1};
    dataset->SetGeoTransform(t.data());
    dataset->SetProjection(SRS_WKT_WGS84_LAT_LONG);
    dataset->GetRasterBand(1)->SetDescription("2019-01-01");
    dataset->GetRasterBand(2)->SetDescription("2020-01-01");
    dataset->GetRasterBand(1)->SetNoDataValue(255);
  }
  InfoOptions options;
  options.subject = file;
  const std::string text = info(options);
  CHECK(test::contains(text, "3 x 4 pixels of 1 x 1 from 10, 50"));
  CHECK(test::contains(text, "uint8 classes, valid 0..254, fill 255, known as MCD12Q1"));
  options.json = true;
  const auto json = nlohmann::json::parse(info(options));
  CHECK(json["kind"] == "raster");
  const auto& set = json["data_sets"][0];
  CHECK(set["rows"] == 3);
  CHECK(set["bands_are"] == "time steps");
  CHECK(set["bands"][1]["date"] == "2020-01-01");
  CHECK(set["bands"][0]["classes"] == true);
  CHECK(set["bands"][0]["valid"] == nlohmann::json({0, 254}));

  const std::string bare = directory / "bare.tif";
  GDALDatasetUniquePtr(
      GetGDALDriverManager()->GetDriverByName("GTiff")->Create(bare.c_str(), 4, 3, 1, GDT_Byte, nullptr))
      .reset();
  options.subject = bare, options.json = false;
  CHECK(test::contains(info(options), "refused as --aux: is not georeferenced"));
  const std::string no_raster = directory / "note.txt";
  test::write_file(no_raster, "no raster");
  options.subject = no_raster;
  CHECK_THROWS_NAMING(Error, info(options), no_raster, "no whole dataset", "no raster");
}
