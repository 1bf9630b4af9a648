#include "pipeline/predict/map_companions.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "captured_stderr.hpp"
#include "data/dataset/sha256.hpp"
#include "data/geography/sinusoidal.hpp"
#include "files.hpp"
#include "pipeline/console/own_files.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/predict/qgis_style.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;
using nlohmann::json;
using test::contains;

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
const Output quiet(Output::Mode::quiet);

struct Map {
  Map() {
    description.grid = data::modis_tile_grid(11, 4);
    description.grid.rows = 4, description.grid.columns = 5;
    description.windows = {"2020-12-02", "2020-12-18"};
    description.with_error = true;
    description.name = "sif", description.long_name = "fluorescence", description.units = "mW m-2 sr-1 nm-1";
    description.title = "a title", description.summary = "a summary";
    description.source = "unetsr " + version(), description.created = "2026-11-30T12:00:00Z";
    MeasuredWriter writer(data::make_raster_writer(format, file, description), 2);
    for (int window = 0; window < 2; ++window) {
      std::vector<float> sif(20, float(window + 1)), error(20, 0.25f);
      sif[0] = error[0] = missing, sif[1] = float(window + 3);
      writer.write(window, whole(description.grid), sif);
      writer.write_error(window, whole(description.grid), error);
    }
    REQUIRE(writer.finish([] { return true; }));
    statistics = writer.statistics();
  }

  void write_companions(bool overwrite, const Output& output = quiet) const {
    MapCompanions(file).write(format, description, statistics, "a lineage", overwrite, output);
  }

  test::TemporaryDirectory directory;
  std::filesystem::path file = directory / "map.tif", style = directory / "map.qml",
                        item = directory / "map.tif.stac.json";
  data::RasterFormat format = data::RasterFormat::geotiff;
  data::RasterDescription description;
  MapStatistics statistics;
};

}  // namespace

TEST_CASE("statistics of a band: what is missing does not count, parts add up") {
  BandStatistics one, two, both;
  const std::vector<float> first = {1, missing, 3}, second = {-2, 6};
  one.add(first), two.add(second), both.add(first), both.add(second);
  one.add(two);
  for (const BandStatistics& s : {one, both}) {
    CHECK(s.cells() == 5);
    CHECK(s.present() == 4);
    CHECK(s.minimum() == -2);
    CHECK(s.maximum() == 6);
    CHECK(s.mean() == doctest::Approx(2));
    CHECK(s.standard_deviation() == doctest::Approx(std::sqrt(8.5)));
    CHECK(s.quantile(0.5) == doctest::Approx(1).epsilon(0.02));
    CHECK(s.quantile(1) == doctest::Approx(6).epsilon(0.02));
  }
  CHECK(std::isnan(BandStatistics().mean()));
}

TEST_CASE("the item of a map: place, time, bands and the file's checksum, by names without folders") {
  const Map map;
  map.write_companions(false);
  const std::string text = test::read_file(map.item);
  CHECK(written_by_unetsr(map.item));
  CHECK_FALSE(contains(text, map.directory.path().string()));
  const json item = json::parse(text), &p = item.at("properties"), &asset = item.at("assets").at("map");
  CHECK(item.at("stac_version") == "1.1.0");
  CHECK(item.at("id") == "map");
  CHECK(item.at("geometry").at("type") == "Polygon");
  const json& ring = item.at("geometry").at("coordinates").at(0);
  CHECK(ring.front() == ring.back());
  CHECK(item.at("bbox").at(0).get<double>() == doctest::Approx(-108.9007).epsilon(1e-6));
  CHECK(item.at("bbox").at(3) == 50);
  CHECK(p.at("start_datetime") == "2020-12-02T00:00:00Z");
  CHECK(p.at("end_datetime") == "2021-01-02T23:59:59Z");
  CHECK(p.at("proj:code").is_null());
  CHECK(contains(p.at("proj:wkt2").get<std::string>(), "MODIS Sinusoidal"));
  CHECK(p.at("proj:shape") == json({4, 5}));
  CHECK(p.at("proj:transform").at(0).get<double>() == doctest::Approx(926.6254331));
  CHECK(p.at("proj:transform").at(5).get<double>() == doctest::Approx(5 * 1111950.5197));
  CHECK(p.at("processing:lineage") == "a lineage");
  CHECK(asset.at("href") == "./map.tif");
  CHECK(asset.at("file:checksum") == "1220" + data::sha256(map.file));
  CHECK(asset.at("file:size") == std::filesystem::file_size(map.file));
  REQUIRE(asset.at("bands").size() == 4);
  CHECK(asset.at("bands").at(2).at("name") == "2020-12-18");
  CHECK(asset.at("bands").at(3).at("name") == "2020-12-18 standard deviation");
  CHECK(asset.at("bands").at(2).at("statistics").at("maximum") == 4);
  CHECK(asset.at("bands").at(2).at("statistics").at("valid_percent") == 95);
  CHECK(asset.at("bands").at(3).at("statistics").at("mean") == 0.25);
}

TEST_CASE("the item of a NetCDF file has its variables; windows that are no dates have no item") {
  Map map;
  map.format = data::RasterFormat::netcdf;
  map.write_companions(false);
  const json bands = json::parse(test::read_file(map.item)).at("assets").at("map").at("bands");
  REQUIRE(bands.size() == 2);
  CHECK(bands.at(0).at("name") == "sif");
  CHECK(bands.at(1).at("name") == "sif_error");
  CHECK(bands.at(0).at("statistics").at("maximum") == 4);
  std::filesystem::remove(map.item);
  map.description.windows = {"10_JUNE_25_JUNE", "26_JUNE_11_JULY"};
  map.write_companions(true);
  CHECK_FALSE(std::filesystem::exists(map.item));
  CHECK(std::filesystem::exists(map.style));
}

TEST_CASE("a style has the colours of values between the quantiles") {
  BandStatistics s;
  std::vector<float> values;
  for (int i = 0; i <= 1000; ++i) values.push_back(float(i) / 500);
  s.add(values);
  const std::string style = qgis_style(s, "mW m-2 sr-1 nm-1");
  for (const char* part : {"band=\"1\"", "classificationMin=\"0.035\"", "classificationMax=\"1.965\"",
                           "<item value=\"0.035\" label=\"0.035\" color=\"#440154\"",
                           "label=\"1.965 mW m-2 sr-1 nm-1\" color=\"#fde725\""})
    CHECK_MESSAGE(contains(style, part), style);
  CHECK(contains(qgis_style(BandStatistics(), ""), "classificationMax=\"1\""));
}

TEST_CASE("a style that is there stays, unless it is unetsr's and may be replaced; an item must make way") {
  const Map map;
  test::write_file(map.style, "<qgis>mine</qgis>");
  const std::string told = test::captured_stderr([&] { map.write_companions(true, Output(Output::Mode::lines)); });
  CHECK(contains(told, "kept " + map.style.string()));
  CHECK(test::read_file(map.style) == "<qgis>mine</qgis>");
  const std::string own = qgis_style(BandStatistics(), "");
  test::write_file(map.style, own);
  map.write_companions(false);
  CHECK(test::read_file(map.style) == own);
  map.write_companions(true);
  CHECK(test::read_file(map.style) != own);
  CHECK(written_by_unetsr(map.style));

  const MapCompanions companions(map.file);
  CHECK_THROWS_NAMING(UsageError, companions.refuse(false), map.item.string(), "--overwrite");
  CHECK_NOTHROW(companions.refuse(true));
  companions.remove_item();
  CHECK_FALSE(std::filesystem::exists(map.item));
  test::write_file(map.item, "{\"mine\": 1}");
  CHECK_THROWS_NAMING(UsageError, companions.refuse(true), map.item.string(), "not written by unetsr");
}
