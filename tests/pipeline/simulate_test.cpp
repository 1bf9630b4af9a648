#include "pipeline/simulate/simulate.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "data/footprints/footprint.hpp"
#include "data/formats/mod13a2_reader.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/formats/sounding_reader.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);

SimulateOptions small_scene(const std::filesystem::path& directory) {
  SimulateOptions o;
  o.out_directory = directory;
  o.small = true;
  o.windows = 1;
  o.days = 2;
  return o;
}

// All files below a directory, by their paths in it.
std::map<std::string, std::string> contents(const std::filesystem::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.is_regular_file())
      files[std::filesystem::relative(entry.path(), directory).string()] = test::read_file(entry.path());
  return files;
}

}  // namespace

TEST_CASE("A small scene: its files, and the same bytes at any number of threads") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory / "one");
  o.threads = 1;
  simulate(o, quiet);
  const auto one = contents(o.out_directory);
  std::vector<std::string> names;
  for (const auto& file : one) names.push_back(file.first);
  CHECK(names == std::vector<std::string>{"mod13a2/MOD13A2.A2019145.h11v04.061.2020001000000.hdf", "scene.json",
                                          "troposif/TROPOSIF_L2B_2019-05-25.nc", "troposif/TROPOSIF_L2B_2019-05-26.nc",
                                          "truth/igbp.tif", "truth/landcover.tif", "truth/truth_2019-05-25.tif"});
  o.out_directory = directory / "another";
  o.threads = 3;
  simulate(o, quiet);
  CHECK(contents(o.out_directory) == one);
  o.out_directory = directory / "seed";
  o.seed = 2;
  simulate(o, quiet);
  const auto other = contents(o.out_directory);
  for (const auto& [name, bytes] : other) CHECK_MESSAGE(bytes != one.at(name), name);
}

TEST_CASE("Each sounding is the truth under its footprint, plus its noise") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory.path() / "scene");
  o.days = 8;
  simulate(o, quiet);
  const data::Raster truth = data::read_raster(o.out_directory / "truth" / "truth_2019-05-25.tif");
  const data::FootprintPlacer placer(truth.grid);
  double count = 0, sum = 0, squares = 0, with_mean = 0;
  for (const auto& entry : std::filesystem::directory_iterator(o.out_directory / "troposif"))
    data::read_soundings(entry.path(), 1000, [&](const data::Soundings& s) {
      std::vector<data::Outline> outlines;
      std::vector<data::CellShare> shares;
      for (size_t i = 0; i < s.size(); ++i) {
        outlines.clear();
        if (placer.place(s, i, outlines) != data::Placement::inside) continue;
        shares.clear();
        data::overlaps(outlines[0], truth.grid.rows, truth.grid.columns, shares);
        double area = 0, mean = 0;
        for (const data::CellShare& share : shares)
          area += share.overlap, mean += share.overlap * double(truth.values[size_t(share.cell)]);
        mean /= area;
        const double dimmed = mean * (1 - 0.3 * double(s.cloud_fraction[i]));
        const double residual = (double(s.sif[i]) - dimmed) / double(s.error[i]);
        count += 1, sum += residual, squares += residual * residual;
        with_mean += (double(s.sif[i]) - 0.7) * (double(s.sif[i]) - 0.7) / double(s.error[i] * s.error[i]);
      }
    });
  REQUIRE(count > 1500);
  CHECK(std::abs(sum / count) < 4 / std::sqrt(count));
  CHECK(squares / count == doctest::Approx(1).epsilon(0.1));
  CHECK(with_mean / count > 1.3);  // there is something to see above the noise
}

TEST_CASE("Granules and land cover lie on the truth's cells") {
  const test::TemporaryDirectory directory;
  const SimulateOptions o = small_scene(directory.path());
  simulate(o, quiet);
  const data::Raster truth = data::read_raster(o.out_directory / "truth" / "truth_2019-05-25.tif");
  const data::Granule granule =
      data::read_mod13a2(o.out_directory / "mod13a2" / "MOD13A2.A2019145.h11v04.061.2020001000000.hdf", {});
  std::vector<data::Raster> covers;
  for (int band = 1; band <= 7; ++band)
    covers.push_back(data::read_raster(o.out_directory / "truth" / "landcover.tif", band));
  const data::Raster classes = data::read_raster(o.out_directory / "truth" / "igbp.tif");
  for (size_t i = 0; i < classes.values.size(); ++i)
    if (covers[0].values[i] > 0.5f) CHECK(classes.values[i] == 17);
  const data::Grid &a = granule.grid, &b = truth.grid;
  CHECK(a.rows == b.rows);
  CHECK(a.columns == b.columns);
  CHECK(std::abs(a.x_origin - b.x_origin) < 1e-6 * b.x_step);
  CHECK(std::abs(a.y_origin - b.y_origin) < 1e-6 * b.x_step);
  CHECK(std::abs(a.x(a.columns - 1) - b.x(b.columns - 1)) < 1e-6 * b.x_step);
  // Shares of covers add up, and SIF is lowest where water is.
  double water = 0, wet = 0;
  for (size_t i = 0; i < truth.values.size(); i += 11) {
    double sum = 0;
    for (int band = 1; band <= 7; ++band) sum += double(covers[size_t(band - 1)].values[i]);
    CHECK(sum == doctest::Approx(1).epsilon(1e-5));
    if (covers[0].values[i] > 0.99f) water += double(truth.values[i]), wet += 1;
  }
  CHECK(wet > 0);
  CHECK(water == 0);
  CHECK(granule.screened_pixels > 0);
}

TEST_CASE("scene.json says what was simulated") {
  const test::TemporaryDirectory directory;
  const SimulateOptions o = small_scene(directory.path());
  simulate(o, quiet);
  const auto scene = nlohmann::json::parse(test::read_file(directory / "scene.json"));
  CHECK(scene["region"] == "minnesota");
  CHECK(scene["seed"] == 1);
  CHECK(scene["small"] == true);
  CHECK(scene["finished"] == true);
  CHECK(scene["windows"].size() == 1);
  CHECK(scene["windows"][0]["first_day"] == "2019-05-25");
  CHECK(scene["grid"]["rows"] == 192);
  CHECK(scene["bbox"].size() == 4);
  CHECK(scene["bbox"][0] < scene["bbox"][2]);
}

TEST_CASE("A scene is replaced when asked, with all its files, and nobody else's") {
  const test::TemporaryDirectory directory;
  SimulateOptions o = small_scene(directory / "scene");
  simulate(o, quiet);
  CHECK_THROWS_NAMING(UsageError, simulate(o, quiet), "scene.json", "--overwrite");
  o.overwrite = true, o.days = 1;
  simulate(o, quiet);
  CHECK_FALSE(std::filesystem::exists(o.out_directory / "troposif" / "TROPOSIF_L2B_2019-05-26.nc"));

  o.out_directory = directory / "downloads";
  std::filesystem::create_directories(o.out_directory / "troposif");
  test::write_file(o.out_directory / "troposif" / "TROPOSIF_L2B_2019-06-10.nc", "precious");
  CHECK_THROWS_NAMING(UsageError, simulate(o, quiet), "troposif", "another directory");
  CHECK(test::read_file(o.out_directory / "troposif" / "TROPOSIF_L2B_2019-06-10.nc") == "precious");
}

TEST_CASE("Options that make no sense") {
  const test::TemporaryDirectory directory;
  const SimulateOptions good = small_scene(directory / "scene");
  const auto refused = [&](auto change, const std::string& part) {
    SimulateOptions o = good;
    change(o);
    CHECK_THROWS_NAMING(UsageError, simulate(o, quiet), part);
    CHECK_FALSE(std::filesystem::exists(o.out_directory));
  };
  refused([](SimulateOptions& o) { o.region = "mars"; }, "mars");
  refused([](SimulateOptions& o) { o.region = "world"; }, "--small");
  refused([](SimulateOptions& o) { o.windows = 0; }, "--windows");
  refused([](SimulateOptions& o) { o.windows = 15; }, "--windows");
  refused([](SimulateOptions& o) { o.days = 17; }, "--days");
  refused([](SimulateOptions& o) { o.days = -1; }, "--days");
}
