#include "pipeline/console/outputs.hpp"

#include <doctest/doctest.h>

#include "data/formats/mod13a2_writer.hpp"
#include "data/formats/raster_writer.hpp"
#include "data/formats/troposif_writer.hpp"
#include "files.hpp"
#include "nn/checkpoint.hpp"
#include "one_channel_scene.hpp"
#include "pipeline/console/own_files.hpp"
#include "pipeline/report/page.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

namespace fs = std::filesystem;

void write_map(const fs::path& file, data::RasterFormat format, const std::string& source) {
  data::RasterDescription map;
  map.grid = {8, 8, 0.5, 1, 7.5, -1, "EPSG:4326"};
  map.windows = {"2019-05-25"}, map.name = "sif", map.units = "1", map.source = source;
  const auto writer = data::make_raster_writer(format, file, map);
  writer->write(0, whole(map.grid), std::vector<float>(64, 1));
  writer->finish([] { return true; });
}

}  // namespace

TEST_CASE("a file says whether unetsr wrote it") {
  const test::TemporaryDirectory directory;
  const auto own = [&](const std::string& name, const std::string& text) {
    test::write_file(directory / name, text);
    return written_by_unetsr(directory / name);
  };
  CHECK(own("run.toml", "# Written by unetsr 0.1.0 (x); more\nseed = 1\n"));
  CHECK(own("a.json", "{\"software\":\"unetsr 0.1.0\",\"x\":1}"));
  CHECK(own("b.json", "{\n  \"format\": \"unetsr scene 1\",\n  \"software\": \"unetsr 0.1.0\"\n}"));
  CHECK(own("history.jsonl", "{\"epoch\":1,\"loss\":2.5}\n"));
  CHECK(own("metrics.csv", "held_out,complete,leaky,entry,baseline\n"));
  CHECK(own("page.html", report::Page("title", "subtitle").text()));
  CHECK_FALSE(own("mine.toml", "seed = 1\n"));
  CHECK_FALSE(own("mine.json", "{\"software\":\"gdal\",\"x\":\"unetsr \"}"));
  CHECK_FALSE(own("mine.csv", "a,b\n1,2\n"));
  CHECK_FALSE(own("mine.html", "<!doctype html><title>unetsr</title>"));
  CHECK_FALSE(own("torn.h5", "\x89HDF\r\n\x1a\n"));
  CHECK_FALSE(own("torn.tif", "II*"));
  CHECK_FALSE(own("empty", ""));
  CHECK_FALSE(written_by_unetsr(directory / "none"));
}

TEST_CASE("datasets, checkpoints, maps and simulated granules say it too") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", test::one_channel_scene());
  CHECK(written_by_unetsr(directory / "scene.h5"));
  nn::Checkpoint().save(directory / "last.h5");
  CHECK(written_by_unetsr(directory / "last.h5"));
  for (const auto format : {data::RasterFormat::geotiff, data::RasterFormat::cog, data::RasterFormat::netcdf}) {
    write_map(directory / "own", format, "unetsr 0.1.0");
    CHECK(written_by_unetsr(directory / "own"));
    write_map(directory / "other", format, "somebody");
    CHECK_FALSE(written_by_unetsr(directory / "other"));
  }
  const data::Date day = {2019, 5, 25};
  data::TroposifWriter(directory / "day.nc", day).close();
  CHECK(written_by_unetsr(directory / "day.nc"));
  const std::string granule = data::mod13a2_name(day, 11, 4);
  const data::Grid grid = {2, 2, 0, 926.6, 0, -926.6, "sinusoidal"};
  data::write_mod13a2(directory / granule, grid, data::Mod13a2Pixels(4));
  CHECK(written_by_unetsr(directory / granule));
  fs::rename(directory / granule, directory / "MOD13A2.A2019145.h11v04.061.2020291234455.hdf");
  CHECK_FALSE(written_by_unetsr(directory / "MOD13A2.A2019145.h11v04.061.2020291234455.hdf"));
}

TEST_CASE("only --overwrite replaces a file, and only one of unetsr's") {
  const test::TemporaryDirectory directory;
  const fs::path own = directory / "own.json", other = directory / "other.json", empty = directory / "empty";
  test::write_file(own, "{\"software\":\"unetsr 0.1.0\"}");
  test::write_file(other, "{}");
  test::write_file(empty, "");
  for (const fs::path& file : {own, empty}) {
    CHECK_THROWS_NAMING(UsageError, refuse_to_overwrite(file, false), file.string(), "--overwrite replaces it");
    refuse_to_overwrite(file, true);
  }
  for (const bool overwrite : {false, true})
    CHECK_THROWS_NAMING(UsageError, refuse_to_overwrite(other, overwrite), other.string(), "not written by unetsr",
                        "move it away");
  refuse_to_overwrite(directory / "none", false);
  CHECK_THROWS_NAMING(UsageError, refuse_to_overwrite(directory.path(), true), "is a folder");
  CHECK_THROWS_NAMING(UsageError, refuse_to_overwrite("/dev/null", true), "/dev/null", "not a file");
  CHECK_THROWS_NAMING(UsageError, remove_own_file(other), "not written by unetsr");
  remove_own_file(own);
  CHECK_FALSE(fs::exists(own));
  remove_own_file(own);
}

TEST_CASE("an input is no output, by whatever name") {
  const test::TemporaryDirectory directory;
  const fs::path input = directory / "a.nc", folder = directory / "in";
  test::write_file(input, "a");
  fs::create_directory(folder);
  test::write_file(folder / "b.nc", "b");
  fs::create_symlink(input, directory / "soft");
  fs::create_hard_link(input, directory / "hard");
  fs::create_hard_link(folder / "b.nc", directory / "hard-b");
  fs::create_symlink(folder, directory / "link");
  const std::vector<fs::path> inputs = {input, folder, "", directory / "none"};
  const auto refused = [&](const fs::path& out) {
    return test::thrown<UsageError>([&] { refuse_input_as_output(out, inputs); });
  };
  for (const std::string name : {"a.nc", "soft", "hard", "in", "link"})
    CHECK(test::contains(refused(directory / name), "is one of the inputs"));
  CHECK(test::contains(refused(directory / "in" / ".." / "a.nc"), "is one of the inputs"));
  for (const std::string name : {"new.h5", "b.nc", "deep/er/new.h5"}) {
    CHECK(test::contains(refused(folder / name), "lies in"));
    CHECK(test::contains(refused(directory / "link" / name), "lies in"));
  }
  CHECK(test::contains(refused(directory / "hard-b"), "is a file of"));
  CHECK(refused(directory / "in2") == "");
  CHECK(refused(directory / "new" / "out.h5") == "");
  CHECK(refused("") == "");
}

TEST_CASE("a pattern stands for the files of all windows") {
  const test::TemporaryDirectory directory;
  for (const std::string name : {"t_1.tif", "t_2.tif", "u_1.tif"}) test::write_file(directory / name, "");
  fs::create_directory(directory / "w1");
  CHECK(files_of_pattern(directory / "t_{window}.tif") ==
        std::vector<fs::path>{directory / "t_1.tif", directory / "t_2.tif"});
  CHECK(files_of_pattern(directory / "w{window}/x.tif") == std::vector<fs::path>{directory / "w1/x.tif"});
  CHECK(files_of_pattern(directory / "t_{year}{doy}.tif").size() == 2);
  CHECK(files_of_pattern(directory / "{month}_{day}.tif").size() == 3);
  CHECK(files_of_pattern("plain.tif") == std::vector<fs::path>{"plain.tif"});
  CHECK(files_of_pattern("") == std::vector<fs::path>{""});
}
