#include <doctest/doctest.h>
#include <gdal_priv.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "data/crs/gdal.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/dataset/missing.hpp"
#include "data/formats/raster_writer.hpp"
#include "one_channel_scene.hpp"
#include "pipeline/console/own_files.hpp"
#include "program.hpp"

using namespace unetsr;
using test::check_fails, test::contains, test::succeeds;

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// Two windows of 8 x 8 cells in the open Atlantic: the first window's SIF is 1 and 2, west and east; the second's 3;
// the standard deviation is 0.5 in both.
void write_map(const fs::path& file) {
  data::RasterDescription map;
  map.grid = {8, 8, -29.75, 0.5, 43.75, -0.5, "EPSG:4326"};
  map.windows = {"2019-05-25", "2019-06-10"}, map.with_error = true;
  map.name = "sif", map.long_name = "fluorescence", map.units = "mW m-2 sr-1 nm-1", map.source = "unetsr test";
  const auto writer = data::make_raster_writer(data::raster_format_of(file), file, map);
  std::vector<float> first;
  for (int i = 0; i < 64; ++i) first.push_back(i % 8 < 4 ? 1 : 2);
  writer->write(0, whole(map.grid), first);
  writer->write(1, whole(map.grid), std::vector<float>(64, 3));
  for (const int window : {0, 1}) writer->write_error(window, whole(map.grid), std::vector<float>(64, 0.5F));
  writer->finish([] { return true; });
}

// A small dataset with a coarse grid of 2 x 2 cells; its window's first coarse cell is missing.
void write_dataset(const fs::path& file) {
  data::Dataset d;
  d.grid = {8, 8, -29.75, 0.5, 43.75, -0.5, "EPSG:4326"};
  d.windows = {"2019-05-25"};
  d.coarse_factor = 4;
  d.add({"ndvi", "1", "", std::vector<float>(64, 0.7F)});
  d.coarse_layers = {{"sif", "mW m-2 sr-1 nm-1", "", {data::missing, 1, 2, 3}}, {"sif_count", "1", "", {0, 5, 6, 7}}};
  data::write_dataset(file, d);
}

struct Directory : test::TemporaryDirectory {
  Directory() {
    write_map(path() / "map.tif"), write_map(path() / "map.nc");
    write_dataset(path() / "scene.h5");
  }
  std::string file(const std::string& name) const { return (path() / name).string(); }
  std::string plot(Words inputs, const std::string& out, const Words& options = {}) const {
    for (std::string& input : inputs) input = file(input);
    inputs.insert(inputs.begin(), "plot");
    inputs.push_back(file(out));
    return succeeds(test::joined(inputs, options)).error;
  }
};

std::array<int, 2> size_of(const std::string& png) {
  data::start_gdal();
  const GDALDatasetUniquePtr picture(GDALDataset::Open(png.c_str(), GDAL_OF_RASTER));
  REQUIRE(picture);
  REQUIRE(picture->GetRasterCount() == 3);
  return {picture->GetRasterXSize(), picture->GetRasterYSize()};
}

}  // namespace

TEST_CASE("a map's windows and their standard deviations") {
  const Directory d;
  for (const std::string map : {"map.tif", "map.nc"}) {
    CAPTURE(map);
    const std::string said = d.plot({map}, "all.png", {"--overwrite"});
    CHECK_MESSAGE(contains(said,
                           "Maps: SIF (2019-05-25), Standard deviation (2019-05-25), SIF (2019-06-10), Standard "
                           "deviation (2019-06-10); colours: SIF from 1 to 3 mW m-2 sr-1 nm-1"),
                  said);
    CHECK(size_of(d.file("all.png"))[0] == 1200);
    CHECK(contains(d.plot({map}, "one.png", {"--window", "2019-06-10", "--overwrite"}),
                   "Maps: SIF (2019-06-10), Standard deviation (2019-06-10)"));
  }
  CHECK(contains(d.plot({"map.tif:3"}, "band.png", {"--width", "500"}), "500 x "));
  CHECK(contains(d.plot({"map.tif:3"}, "a.png"), "Map: SIF (2019-06-10)"));
  CHECK(contains(d.plot({"map.nc:sif_error:1"}, "b.png"), "Map: Standard deviation (2019-05-25)"));
}

TEST_CASE("a dataset at a glance, and one of its layers") {
  const Directory d;
  const std::string said = d.plot({"scene.h5"}, "scene.png");
  CHECK_MESSAGE(contains(said,
                         "Maps: Coarse SIF (2019-05-25), NDVI (2019-05-25), Soundings in a cell (2019-05-25); "
                         "colours: SIF from 1 to 3 mW m-2 sr-1 nm-1, NDVI from 0.7"),
                said);
  CHECK(contains(d.plot({"scene.h5:sif"}, "sif.png"), "Map: scene sif (2019-05-25); colours: SIF from 1 to 3 mW"));
}

TEST_CASE("several inputs side by side share a scale, and take titles") {
  const Directory d;
  const std::string said = d.plot({"scene.h5:sif", "map.tif", "map.tif:2"}, "three.svg",
                                  {"--title", "Coarse,Sharpened,Deviation", "--window", "2019-05-25"});
  CHECK_MESSAGE(contains(said,
                         "Maps: Coarse (2019-05-25), Sharpened (2019-05-25), Deviation (2019-05-25); colours: SIF "
                         "from 1 to 3 mW m-2 sr-1 nm-1, standard deviation from 0.5"),
                said);
  CHECK(contains(test::read_file(d.file("three.svg")), "<title>Maps: Coarse (2019-05-25)"));
}

TEST_CASE("a run's loss and cells") {
  const test::OneChannelDirectory scene;
  succeeds({"train", scene.path("scene.h5"), scene.path("run"), "-q", "--model", "sifnet-small", "--patch", "8",
            "--batch", "2", "--test", "columns:0/4", "--epochs", "2"});
  const std::string said = succeeds({"plot", scene.path("run"), scene.path("run.png")}).error;
  CHECK_MESSAGE(
      contains(
          said,
          "Training of run: sifnet-small, supervision gridded, seed 1: Training loss; RMSE on validation cells; map of "
          "training, validation, test and buffer cells"),
      said);
  check_fails({"plot", scene.path("run"), scene.path("scene.h5"), scene.path("b.png")}, 2, {"run", "give it alone"});
  fs::create_directory(scene.path("empty"));
  check_fails({"plot", scene.path("empty"), scene.path("b.png")}, 1, {"empty", "not a run directory"});
}

TEST_CASE("the same inputs make the same bytes, which unetsr recognises as its own") {
  const Directory d;
  for (const std::string extension : {".png", ".svg"}) {
    d.plot({"map.tif"}, "a" + extension), d.plot({"map.tif"}, "b" + extension, {"-q"});
    CHECK(test::read_file(d.file("a" + extension)) == test::read_file(d.file("b" + extension)));
    CHECK(pipeline::written_by_unetsr(d.file("a" + extension)));
    check_fails({"plot", d.file("map.tif"), d.file("a" + extension)}, 2, {"a" + extension, "--overwrite"});
    CHECK(d.plot({"map.tif"}, "a" + extension, {"--overwrite", "-q"}).empty());
    test::write_file(d.file("mine" + extension), "mine");
    check_fails({"plot", d.file("map.tif"), d.file("mine" + extension), "--overwrite"}, 2, {"not written by unetsr"});
  }
}

TEST_CASE("without any font there is an error, not a crash") {
  const Directory d;
  test::write_file(d.file("fonts.conf"), "<fontconfig></fontconfig>");
  setenv("FONTCONFIG_FILE", d.file("fonts.conf").c_str(), 1);
  check_fails({"plot", d.file("map.tif"), d.file("a.png")}, 1, {"no font is installed", "install fonts-liberation"});
  unsetenv("FONTCONFIG_FILE");
}

TEST_CASE("what cannot be drawn is one line that names it") {
  const Directory d;
  const auto fails = [&](Words words, int code, const Words& parts) {
    for (std::string& word : words)
      if (word.find('.') != std::string::npos && !word.starts_with('-')) word = d.file(word);
    words.insert(words.begin(), "plot");
    check_fails(words, code, parts);
  };
  fails({"map.tif"}, 2, {"give at least one map, dataset or run, and OUT.png"});
  fails({"map.tif", "out.jpg"}, 2, {"out.jpg", ".png or .svg"});
  fails({"none.tif", "out.png"}, 1, {"none.tif", "no such file or directory"});
  fails({"map.tif:7", "out.png"}, 2, {"map.tif", "has 4 bands, no band 7"});
  fails({"scene.h5:nvdi", "out.png"}, 2, {"scene.h5", "no layer 'nvdi'", "did you mean ndvi"});
  fails({"map.tif", "out.png", "--window", "1999-01-01"}, 2, {"1999-01-01", "2019-05-25", "2019-06-10"});
  fails({"map.tif", "out.png", "--bbox", "1,2"}, 2, {"--bbox 1,2"});
  fails({"map.tif", "out.png", "--bbox", "10,50,12,52"}, 2, {"nothing", "--bbox"});
  fails({"map.tif", "out.png", "--range", "3,1"}, 2, {"--range 3,1", "LOW,HIGH"});
  fails({"map.tif", "out.png", "--crs", "EPSG:1"}, 2, {"EPSG:1"});
  fails({"map.tif", "out.png", "--width", "10"}, 2, {"--width", "take a number from 200"});
  fails({"map.tif", "out.png", "--title", "a,b,c"}, 2, {"--title", "3 titles for 2 columns"});
  test::write_file(d.file("text.tif"), "no map");
  fails({"text.tif", "out.png"}, 1, {"text.tif", "plot draws maps (GeoTIFF, NetCDF), datasets and run directories"});
  CHECK_FALSE(fs::exists(d.file("out.png")));
}
