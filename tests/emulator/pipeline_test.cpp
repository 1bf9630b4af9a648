#include <doctest/doctest.h>

#include <cmath>

#include "data/dataset/dataset_file.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "files.hpp"
#include "pipeline/evaluate/evaluate.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/footprint_protocol.hpp"
#include "pipeline/train/train.hpp"
#include "pipeline/train/training_loop.hpp"
#include "simulated_tables.hpp"
#include "sounding_scene.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);

TrainOptions small_training(const test::TemporaryDirectory& directory, const std::string& name) {
  TrainOptions o;
  o.dataset = directory / "scene.h5";
  o.run_directory = directory / name;
  o.model = "unet:widths=2,bottleneck=3";
  o.patch = 8;
  o.batch = 2;
  o.epochs = 2;
  o.validation = 0;
  o.exact = true;
  return o;
}

TrainOptions on_gpu(TrainOptions o, std::optional<Precision> precision) {
  o.compute.device = Device::cuda;
  o.compute.precision = precision;
  return o;
}

}  // namespace

TEST_CASE("train --device cuda leaves a run like the CPU's, with the same bits each time; predict and evaluate") {
  const test::TemporaryDirectory directory;
  data::write_simulated_tables(directory.path());
  data::write_dataset(directory / "scene.h5", data::dataset_from_tables(data::find_table_pairs(directory.path())));
  const TrainOptions cpu = small_training(directory, "cpu"),
                     fp32 = on_gpu(small_training(directory, "fp32"), Precision::fp32),
                     tf32 = on_gpu(small_training(directory, "tf32"), {});
  for (const TrainOptions* o : {&cpu, &fp32, &tf32}) train(*o, quiet);
  const auto losses = [](const TrainOptions& o) {
    std::vector<double> list;
    const FinishedRun run = open_run(o.run_directory);
    for (const Epoch& e : run.histories[0]) list.push_back(e.loss);
    return list;
  };
  const std::vector<double> expected = losses(cpu);
  REQUIRE(expected.size() == 2);
  for (size_t i = 0; i < expected.size(); ++i) {
    CHECK(losses(fp32)[i] == doctest::Approx(expected[i]).epsilon(1e-5));
    CHECK(losses(tf32)[i] == doctest::Approx(expected[i]).epsilon(1e-2));
  }
  CHECK(losses(tf32) != losses(fp32));
  CHECK(open_run(tf32.run_directory).options.compute.precision == Precision::tf32);

  TrainOptions twin = tf32;
  twin.run_directory = directory / "twin";
  train(twin, quiet);
  const auto parameters = [](const TrainOptions& o) {
    return nn::Checkpoint::load(RunFiles{o.run_directory}.last()).parameters;
  };
  CHECK(parameters(twin) == parameters(tf32));

  // A run of one device predicts on the other.
  const data::Dataset scene = data::read_dataset(fp32.dataset);
  const auto map = [&](const nn::Execution& execution) {
    return open_run(fp32.run_directory, execution).mapper.map(scene);
  };
  const std::vector<float> here = map(Device::cpu), there = map(Device::cuda);
  REQUIRE(here.size() == there.size());
  int present = 0;
  for (size_t i = 0; i < here.size(); ++i) {
    REQUIRE(std::isnan(here[i]) == std::isnan(there[i]));
    if (std::isnan(here[i])) continue;
    CHECK(std::abs(here[i] - there[i]) < 2e-6f);
    ++present;
  }
  CHECK(present > 0);
  CHECK(open_run(fp32.run_directory, Device::cuda).mapper.device == Device::cuda);

  // evaluate takes the GPU too.
  EvaluateOptions options;
  options.dataset = fp32.dataset;
  options.runs = {fp32.run_directory};
  options.out_directory = directory / "report";
  options.compute.device = Device::cuda;
  evaluate(options, quiet);
  CHECK(test::read_file(directory / "report" / "report.html").find("(tf32, convolutions ours)") != std::string::npos);
}

TEST_CASE("learning from footprints on the GPU: the losses of the CPU, with the halves of each epoch") {
  const data::Dataset scene = test::scene_of_soundings(0.3);
  const int patch = 16, batch = 2;
  std::vector<double> losses[2];
  for (const bool gpu : {false, true}) {
    FootprintProtocol protocol(scene, {{"sif", "ndvi"}, "columns:0/3", patch, 0, 1, "sif"});
    nn::Trainer trainer(nn::model_spec("unet:widths=2,bottleneck=3", protocol.channels()), 1,
                        gpu ? Device::cuda : Device::cpu);
    FootprintProtocol::Batch b;
    for (int step = 0; step < 9; ++step) {
      if (step % 3 == 0) trainer.set_images(protocol.draw_halves(step / 3));
      protocol.draw_batch(step, batch, b);
      trainer.step({b.crops, patch, patch}, b.footprints.view(batch * patch * patch),
                   {b.targets.data(), int(b.targets.size()), 1, 1, 1}, 1e-2f);
      const auto loss = trainer.take_loss();
      CHECK(loss.count > 5);
      losses[gpu].push_back(loss.sum / double(loss.count));
    }
  }
  for (size_t i = 0; i < losses[0].size(); ++i) CHECK(losses[1][i] == doctest::Approx(losses[0][i]).epsilon(1e-5));
}
