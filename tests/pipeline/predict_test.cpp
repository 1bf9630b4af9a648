#include "pipeline/predict/predict.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "captured_stderr.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/formats/netcdf_file.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "files.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/train/end_mark.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/train.hpp"
#include "pipeline/train/training_loop.hpp"
#include "simulated_tables.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

namespace fs = std::filesystem;

const Output quiet(Output::Mode::quiet);

// A scene of tables and runs on it.
class Scene {
 public:
  Scene() {
    fs::create_directory(directory_ / "tables");
    data::write_simulated_tables(directory_ / "tables");
    dataset = data::dataset_from_tables(data::find_table_pairs(directory_ / "tables"));
    data::write_dataset(directory_ / "scene.h5", dataset);
  }

  void train_run(const std::string& name, const std::string& model, int patch, Protocol protocol = Protocol::honest) {
    TrainOptions o;
    o.dataset = directory_ / "scene.h5";
    o.run_directory = directory_ / name;
    o.model = model;
    o.protocol = protocol;
    o.test = "columns:0/4";
    o.patch = patch;
    o.batch = 4;
    o.epochs = 1;
    if (protocol == Protocol::honest) o.features = {"sif", "ndvi", "nirv", "nirv_coarse", "lbp"};
    train(o, quiet);
  }

  PredictOptions options(const std::string& run, const std::string& out) const {
    PredictOptions o;
    o.dataset = directory_ / "scene.h5";
    o.run_directory = directory_ / run;
    o.out = directory_ / out;
    return o;
  }

  fs::path operator/(const std::string& name) const { return directory_ / name; }

  // The map that evaluation would score.
  std::vector<float> evaluated(const std::string& name) const {
    const FinishedRun run = open_run(directory_ / name);
    return HonestProtocol(dataset, honest_options(run.options, {})).predict(run.mapper.predictor, run.mapper.sizes);
  }

  data::Dataset dataset;

 private:
  test::TemporaryDirectory directory_;
};

// The file is north up, the dataset is not.
bool same_map(const data::Raster& map, const data::Dataset& dataset, const std::vector<float>& sif, int window) {
  const int rows = dataset.grid.rows, columns = dataset.grid.columns;
  REQUIRE(dataset.grid.y_step > 0);
  REQUIRE(map.grid.y_step < 0);
  REQUIRE(int64_t(map.values.size()) == dataset.grid.cells());
  double largest = 0;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) {
      const float got = map.values[size_t(i) * size_t(columns) + size_t(j)];
      const float expected = sif[(size_t(window) * size_t(rows) + size_t(rows - 1 - i)) * size_t(columns) + size_t(j)];
      if (std::isnan(got) != std::isnan(expected)) return false;
      if (!std::isnan(got)) largest = std::max(largest, std::abs(double(got) - double(expected)));
    }
  return largest < 1e-6;
}

}  // namespace

TEST_CASE("predict writes the map that evaluate scores, whatever the blocks") {
  Scene scene;
  scene.train_run("unet", "unet:widths=8-16,bottleneck=16", 16);
  scene.train_run("cnn", "paper-cnn:patch=16", 16);
  for (const std::string run : {"unet", "cnn"}) {
    CAPTURE(run);
    const std::vector<float> sif = scene.evaluated(run);
    for (const int block : {7, 32, 512}) {
      PredictOptions o = scene.options(run, "sif.tif");
      o.block = block;
      o.overwrite = true;
      predict(o, quiet);
      for (int window : {0, 1}) CHECK(same_map(data::read_raster(o.out, window + 1), scene.dataset, sif, window));
    }
  }
  const data::Raster map = data::read_raster(scene / "sif.tif");
  CHECK(map.grid.y_origin == doctest::Approx(scene.dataset.grid.y(scene.dataset.grid.rows - 1)).epsilon(1e-12));
  CHECK(map.grid.x_origin == doctest::Approx(scene.dataset.grid.x_origin).epsilon(1e-12));
}

TEST_CASE("a run that knows how far off its maps are says so in each map's second band") {
  Scene scene;
  scene.train_run("run", "unet:widths=4-8,bottleneck=8", 24);
  const data::MapUncertainty uncertainty = {0.01, 0.04, 3};
  write_uncertainty(scene / "run" / "uncertainty.json", {uncertainty, {0.001, 0.004, 3}, 0.5});
  write_end_mark(RunFiles{scene / "run"}, 1, {scene.dataset.identity});
  predict(scene.options("run", "map.tif"), quiet);
  CHECK_THROWS_AS(data::read_raster(scene / "map.tif", 5), Error);
  for (const int window : {0, 1}) {
    const data::Raster sif = data::read_raster(scene / "map.tif", 2 * window + 1),
                       sigma = data::read_raster(scene / "map.tif", 2 * window + 2);
    int64_t present = 0;
    for (size_t i = 0; i < sif.values.size(); ++i) {
      CHECK(std::isnan(sif.values[i]) == std::isnan(sigma.values[i]));
      if (std::isnan(sif.values[i])) continue;
      CHECK(sigma.values[i] == doctest::Approx(uncertainty.sigma(double(sif.values[i]))));
      ++present;
    }
    CHECK(present > 1000);
  }
  test::write_file(scene / "run" / "uncertainty.json", "{\"constant\": 1}");
  write_end_mark(RunFiles{scene / "run"}, 1, {scene.dataset.identity});
  CHECK_THROWS_NAMING(Error, predict(scene.options("run", "other.tif"), quiet), "uncertainty.json");
}

TEST_CASE("filled maps keep what is predicted, fill what another window has, and say which is which") {
  Scene scene;
  scene.train_run("run", "unet:widths=4-8,bottleneck=8", 24);
  const data::MapUncertainty uncertainty = {0.01, 0.04, 3};
  write_uncertainty(scene / "run" / "uncertainty.json", {uncertainty, {0.001, 0.004, 3}, 0.5});
  write_end_mark(RunFiles{scene / "run"}, 1, {scene.dataset.identity});
  predict(scene.options("run", "plain.tif"), quiet);
  PredictOptions o = scene.options("run", "filled.tif");
  o.fill = true;
  predict(o, quiet);
  o.windows.labels = scene.dataset.windows[1], o.out = scene / "one.tif";
  predict(o, quiet);
  const auto band = [&](const std::string& file, int number) { return data::read_raster(scene / file, number).values; };
  const std::vector<float> both[] = {band("plain.tif", 1), band("plain.tif", 3)};
  int64_t filled = 0;
  for (const int window : {0, 1}) {
    const std::vector<float>& plain = both[window];
    const std::vector<float> sif = band("filled.tif", 3 * window + 1), sigma = band("filled.tif", 3 * window + 2),
                             flag = band("filled.tif", 3 * window + 3);
    for (size_t i = 0; i < sif.size(); ++i) {
      if (!std::isnan(plain[i])) {
        REQUIRE((sif[i] == plain[i] && flag[i] == 0));
      } else if (!std::isnan(both[1 - window][i])) {
        REQUIRE((std::isfinite(sif[i]) && flag[i] == 1));
        REQUIRE(double(sigma[i]) > uncertainty.sigma(double(sif[i])));
        ++filled;
      } else {
        REQUIRE((std::isnan(sif[i]) && std::isnan(sigma[i]) && std::isnan(flag[i])));
      }
    }
  }
  CHECK(filled > 50);
  const auto same = [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  for (const int k : {1, 2, 3}) {
    const std::vector<float> one = band("one.tif", k), all = band("filled.tif", 3 + k);
    CHECK(std::equal(one.begin(), one.end(), all.begin(), all.end(), same));
  }
}

TEST_CASE("one window, other formats") {
  Scene scene;
  scene.train_run("run", "sifnet-small", 8);
  const std::vector<float> sif = scene.evaluated("run");
  PredictOptions o = scene.options("run", "sif.nc");
  o.windows.labels = scene.dataset.windows[1];
  const std::string told = test::captured_stderr([&] { predict(o, Output(Output::Mode::lines)); });
  CHECK(test::contains(told, "map: 1 window of SIF in mW m-2 sr-1 nm-1"));
  const data::NetcdfFile file(o.out);
  CHECK(file.variable("sif").extent == std::vector<size_t>{1, 48, 60});
  CHECK(same_map(data::read_gdal("NETCDF:\"" + o.out.string() + "\":sif", "sif.nc", 1, false), scene.dataset, sif, 1));

  o.out = scene / "sif.any";
  o.format = data::RasterFormat::cog;
  predict(o, quiet);
  CHECK(same_map(data::read_raster(o.out), scene.dataset, sif, 1));
}

TEST_CASE("a map names files without their folders, and has a style beside it") {
  Scene scene;
  scene.train_run("run", "sifnet-small", 8);
  predict(scene.options("run", "sif.nc"), quiet);
  const std::string bytes = test::read_file(scene / "sif.nc"), folder = (scene / "x").parent_path().string();
  CHECK(bytes.find(folder) == std::string::npos);
  CHECK(bytes.find("unetsr predict scene.h5 run sif.nc") != std::string::npos);
  CHECK(bytes.find(data::DatasetFile(scene / "scene.h5").description().identity) != std::string::npos);
  CHECK(fs::exists(scene / "sif.qml"));
  CHECK_FALSE(fs::exists(scene / "sif.nc.stac.json"));  // tables have windows without a year
  predict(scene.options("run", "sif.tif"), quiet);
  CHECK(test::read_file(scene / "sif.tif").find(folder) == std::string::npos);
}

TEST_CASE("what cannot be mapped is one line, and writes nothing") {
  Scene scene;
  scene.train_run("run", "sifnet-small", 8);
  const auto refused = [&](const PredictOptions& o, const std::string& part, const std::string& other) {
    CHECK_THROWS_NAMING(Error, predict(o, quiet), part, other);
    CHECK_FALSE(fs::exists(o.out));
  };
  PredictOptions o = scene.options("run", "sif.tif");
  o.windows.labels = "2020-01-01";
  refused(o, "2020-01-01", scene.dataset.windows[0] + ", " + scene.dataset.windows[1]);
  o = scene.options("run", "sif.tif");
  o.creation_options = {"COMPRES=LZW"};
  refused(o, "--co", "COMPRES");
  o = scene.options("run", "sif.tif");
  o.block = 0;
  refused(o, "--block", "1");
  for (const Conservation kind : {Conservation::footprints, Conservation::blocks}) {
    o = scene.options("run", "sif.tif");
    o.conserve = kind;
    refused(o, "--conserve " + to_string(kind), "of tables");
  }
  refused(scene.options("run", "sif.png"), "sif.png", "--format");
  refused(scene.options("none", "sif.tif"), "none", "run.toml");
  o = scene.options("run", "sif.tif");
  o.dataset = scene / "none.h5";
  refused(o, "none.h5", "no such file");

  data::Dataset without = scene.dataset;
  std::erase_if(without.layers, [](const data::Layer& layer) { return layer.name == "ndvi"; });
  data::write_dataset(scene / "without.h5", without);
  o.dataset = scene / "without.h5";
  refused(o, "without.h5", "'ndvi'");

  scene.train_run("paper", "unet:widths=8-16,bottleneck=16", 40, Protocol::paper);
  refused(scene.options("paper", "sif.tif"), "paper", "target");

  const RunFiles files{scene / "run"};
  const std::string history = test::read_file(files.history()), mark = test::read_file(files.end_mark());
  test::write_file(files.history(), "");
  refused(scene.options("run", "sif.tif"), "history.jsonl", "changed");
  fs::remove(files.end_mark());
  refused(scene.options("run", "sif.tif"), "0 of 1 epochs", "--resume");
  test::write_file(files.history(), history);
  test::write_file(files.end_mark(), mark);

  predict(scene.options("run", "sif.tif"), quiet);
  CHECK_THROWS_NAMING(UsageError, predict(scene.options("run", "sif.tif"), quiet), "sif.tif", "--overwrite");
}
