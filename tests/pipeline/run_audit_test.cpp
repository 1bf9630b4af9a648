#include "pipeline/train/run_audit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/resample.hpp"
#include "data/dataset/scales.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "files.hpp"
#include "footprint_scene.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/train.hpp"
#include "pipeline/train/training_loop.hpp"
#include "simulated_tables.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);

data::Dataset tables() {
  const test::TemporaryDirectory directory;
  data::write_simulated_tables(directory.path(), {.rows = 40, .columns = 60});
  return data::dataset_from_tables(data::find_table_pairs(directory.path()));
}

// Fine SIF of 48 x 96 cells that NDVI tells half of, seen by footprints of 7 x 3.5 cells.
data::Dataset granules() {
  test::FootprintScene scene(48, 96);
  Random random(2);
  std::vector<float> ndvi(scene.cells()), sif(scene.cells());
  for (size_t i = 0; i < sif.size(); ++i) {
    ndvi[i] = float(random.uniform(0.1, 0.9));
    sif[i] = float(ndvi[i] + random.uniform(0, 0.8));
  }
  scene.add_soundings(4000, sif, 0.3, 0.3);
  data::Dataset& d = scene.dataset;
  for (size_t i = 0; i < d.soundings.size(); ++i) d.soundings.time[i] += double(i % 6) * 86400;
  const data::SoundingCells cells(d);
  const std::vector<uint8_t> all(cells.size(), 1);
  d.coarse_layers.push_back({"sif", "", "", data::coarse_sif(cells, d, all).sif});
  data::Dataset fine = d;
  fine.coarse_factor = 1;
  d.add({"sif_fine", "", "", data::coarse_sif(cells, fine, all).sif});
  d.add({"ndvi", "", "", ndvi});
  d.coarse_layers.push_back({"ndvi", "", "", data::block_mean(ndvi, d.shape(), 4)});
  return d;
}

TrainOptions training(const test::TemporaryDirectory& directory, const data::Dataset& dataset,
                      const std::vector<std::string>& features) {
  TrainOptions o;
  o.dataset = directory / "scene.h5";
  o.run_directory = directory / "run";
  o.features = features;
  o.model = "sifnet-small";
  o.first_guess = "sif";
  o.test = "columns:0/4";
  o.patch = 8, o.batch = 2, o.epochs = 1;
  o.buffer = 8;
  o.overwrite = true;
  data::write_dataset(o.dataset, dataset);
  return o;
}

nlohmann::json audit_written(const TrainOptions& o) {
  return nlohmann::json::parse(test::read_file(RunFiles{o.run_directory}.audit()));
}

std::vector<float> mean_of_three_by_three(std::span<const float> values, Shape s) {
  std::vector<float> means(values.size(), std::numeric_limits<float>::quiet_NaN());
  for (int n = 0; n < s.n; ++n)
    for (int i = 1; i < s.h - 1; ++i)
      for (int j = 1; j < s.w - 1; ++j) {
        float sum = 0;
        for (int a = -1; a < 2; ++a)
          for (int b = -1; b < 2; ++b) sum += values[size_t((n * s.h + i + a) * s.w + j + b)];
        means[size_t((n * s.h + i) * s.w + j)] = sum / 9;
      }
  return means;
}

}  // namespace

TEST_CASE("An honest training shares nothing with its test, and says so in its run") {
  const test::TemporaryDirectory directory;
  TrainOptions o = training(directory, tables(), {"sif", "ndvi", "nir"});
  train(o, quiet);
  const auto audit = audit_written(o);
  CHECK(audit["leaky"] == false);
  CHECK(audit["shared"]["cells"] == 0);
  CHECK(audit["shared"]["soundings"] == 0);
  CHECK(audit["training_inputs_of_test_maps"] == 0);
  CHECK(audit["buffer"] == 8);
  CHECK(audit["separation"]["network"] == 3);
  CHECK(audit["least_squares"].size() == 3 * (1 + 4 * 3));  // all; valid, sif, ndvi, nir on 1, 3 x 3, 5 x 5; by window
  const FinishedRun run = open_run(o.run_directory);
  REQUIRE(run.audit);
  CHECK(run.audit->overlap.cells == 0);
  REQUIRE(run.audit->lengths);
  CHECK(run.audit->lengths->sif == audit["correlation_lengths"]["sif"].get<double>());
  CHECK(run.audit->lengths->errors == audit["correlation_lengths"]["errors"].get<double>());
  // A network that sees farther than the buffer: no SIF of test cells, but neighbours' inputs.
  o.model = "unet:widths=8-16,bottleneck=16";
  train(o, quiet);
  CHECK(audit_written(o)["shared"]["cells"] == 0);
  CHECK(audit_written(o)["training_inputs_of_test_maps"].get<int>() > 0);
}

TEST_CASE("A buffer below the coarse cell is refused, the one that the message names is not") {
  const test::TemporaryDirectory directory;
  TrainOptions o = training(directory, tables(), {"sif", "ndvi"});
  o.buffer = 1;
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "--buffer 1", "80 cells", "take 2 cells or more");
  CHECK(!std::filesystem::exists(o.run_directory));
  o.buffer = 2;
  train(o, quiet);
  CHECK(audit_written(o)["shared"]["cells"] == 0);
}

TEST_CASE("A layer made from the target under another name is refused; by the paper's protocol it is told as leaky") {
  const test::TemporaryDirectory directory;
  data::Dataset dataset = tables();
  std::vector<float> disguised(dataset.values("sif_fine").begin(), dataset.values("sif_fine").end());
  const size_t half = disguised.size() / 2;
  for (size_t i = 0; i < disguised.size(); ++i) disguised[i] = i < half ? 300 - 7 * disguised[i] : 2 * disguised[i];
  dataset.add({"elevation", "m", "", disguised});
  TrainOptions o = training(directory, dataset, {"sif", "ndvi", "elevation"});
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "elevation", "R2 1.0", "window", "--protocol paper");
  CHECK(!std::filesystem::exists(o.run_directory));
  o.protocol = Protocol::paper;
  o.patch.reset(), o.batch = 160;
  train(o, quiet);
  const auto audit = audit_written(o);
  CHECK(audit["leaky"] == true);
  CHECK(audit["shared"]["cells"].get<int>() > 4000);  // of 4800: overlapping crops
}

TEST_CASE("Two layers that give the target together, and a target that neighbours give, are refused") {
  const test::TemporaryDirectory directory;
  data::Dataset dataset = tables();
  const std::span<const float> fine = dataset.values("sif_fine"), ndvi = dataset.values("ndvi");
  std::vector<float> difference(fine.size());
  for (size_t i = 0; i < fine.size(); ++i) difference[i] = fine[i] - 5 * ndvi[i];
  dataset.add({"dem", "m", "", difference});
  CHECK_THROWS_NAMING(UsageError, train(training(directory, dataset, {"sif", "ndvi", "dem"}), quiet),
                      "all inputs of one cell");
  // The target as the mean of 3 x 3 cells of a layer.
  data::Dataset blurred = tables();
  std::vector<float> detail(blurred.values("sif_fine").begin(), blurred.values("sif_fine").end());
  for (float& v : detail) v = std::isnan(v) ? 0.0f : v;
  const std::vector<float> means = mean_of_three_by_three(detail, blurred.shape());
  for (data::Layer& layer : blurred.layers)
    if (layer.name == "sif_fine") layer.values = means;
  blurred.add({"detail", "", "", detail});
  CHECK_THROWS_NAMING(UsageError, train(training(directory, blurred, {"sif", "ndvi", "detail"}), quiet), "detail of",
                      "x 3 cells");
}

TEST_CASE("A window that tests what its twin trains is refused; held out together they are not") {
  const test::TemporaryDirectory directory;
  data::Dataset dataset = tables();
  for (data::Layer& layer : dataset.layers)
    std::copy_n(layer.values.begin(), layer.values.size() / 2,
                layer.values.begin() + std::ptrdiff_t(layer.values.size() / 2));
  TrainOptions o = training(directory, dataset, {"sif", "ndvi"});
  o.test = "window:1";
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "--test window:1", dataset.windows[0], dataset.windows[1], "100 %");
  o.test = "columns:0/4";
  train(o, quiet);
  CHECK(audit_written(o)["same_sif_in_two_windows"] == 0);
}

TEST_CASE("Soundings on both sides of a buffer are counted where they are gridded, and none are in footprints") {
  const test::TemporaryDirectory directory;
  TrainOptions o = training(directory, granules(), {"sif", "ndvi"});
  o.supervision = Supervision::gridded;
  const int needed = 6 + 8;  // the SIF behind an input, and a footprint
  const std::string advice = "take " + std::to_string(needed) + " cells or more";
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "0 cells and", advice);
  o.buffer = 5;
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), advice);
  o.buffer = needed;
  train(o, quiet);
  CHECK(audit_written(o)["shared"]["soundings"] == 0);
  o.supervision = Supervision::footprints;
  o.buffer = 1;
  o.patch = 16;
  train(o, quiet);
  CHECK(audit_written(o)["shared"]["cells"] == 0);
  CHECK(audit_written(o)["shared"]["soundings"] == 0);
}

TEST_CASE("Learning from soundings refuses what was made of them") {
  const test::TemporaryDirectory directory;
  data::Dataset dataset = granules();
  std::vector<float> disguised(dataset.values("sif_fine").begin(), dataset.values("sif_fine").end());
  for (float& v : disguised) v = 100 - 3 * v;
  dataset.add({"slope", "", "", disguised});
  TrainOptions o = training(directory, dataset, {"sif", "ndvi", "slope"});
  o.supervision = Supervision::footprints;
  o.patch = 16;
  o.buffer = 1;
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "slope", "R2 1.0");
}

TEST_CASE("Learning from soundings refuses the coarse SIF of all days under another name, and lets its own pass") {
  const test::TemporaryDirectory directory;
  data::Dataset dataset = granules();
  std::vector<float> prior = data::refine(dataset.coarse().values("sif"), dataset.shape(), dataset.coarse_factor,
                                          data::Interpolation::nearest);
  for (float& v : prior) v = 7 - 2 * v;
  dataset.add({"prior", "", "", prior});
  TrainOptions o = training(directory, dataset, {"sif", "ndvi"});
  o.supervision = Supervision::footprints;
  o.patch = 16;
  o.buffer = 1;
  train(o, quiet);
  o.features = {"ndvi", "prior"};
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "prior", "R2 1.0");
}

TEST_CASE("What is scaled by statistics of test cells is refused, unless by the paper's protocol") {
  const test::TemporaryDirectory directory;
  CHECK_THROWS_NAMING(UsageError, train(training(directory, tables(), {"sif", "lbp_paper"}), quiet),
                      "--features lbp_paper", "--protocol paper");
  train(training(directory, tables(), {"sif", "lbp"}), quiet);
}

TEST_CASE("A training whose arrays were not blanked would be found out") {
  const data::Dataset dataset = tables();
  const HonestProtocol protocol(dataset, {{"sif", "ndvi"}, "columns:0/4", 8, 0, 1, "sif", 4});
  data::UsedCells used = protocol.used_cells(3, 2);
  CHECK(data::overlap(protocol.split(), used).cells == 0);
  const data::Mask training = protocol.split().mask(data::Role::train);
  CHECK(std::count(used.targets.begin(), used.targets.end(), 1) == [&] {
    const auto m = protocol.scored_cells(data::Role::train);
    return std::count(m.begin(), m.end(), 1);
  }());
  for (size_t i = 0; i < training.size(); ++i) CHECK(used.inputs[i] <= training[i]);
  used.inputs.assign(training.size(), 1);
  CHECK(data::overlap(protocol.split(), used).cells > 0);
}
