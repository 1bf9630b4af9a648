#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "data/dataset/dataset_file.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "pipeline/evaluate/evaluate.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/run_files.hpp"
#include "pipeline/train/scored_split.hpp"
#include "pipeline/train/train.hpp"
#include "sounding_scene.hpp"
#include "thrown.hpp"

// train --from
using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);

// A run, and a dataset of another place; made once.
struct Scene {
  Scene() {
    const data::Dataset here = test::scene_of_soundings(0.3);
    data::write_dataset(directory / "here.h5", here);
    write_moved(here, "there.h5", 5);
    write_moved(here, "farther.h5", 10);
    TrainOptions o = options("here.h5", "run");
    o.model = "unet-pointwise:widths=4", o.features = {"ndvi", "nir"}, o.first_guess = "ndvi";
    o.epochs = 2;
    train(o, quiet);
  }

  TrainOptions options(const std::string& dataset, const std::string& run) const {
    TrainOptions o;
    o.dataset = directory / dataset;
    o.run_directory = directory / run;
    o.test = "columns:0/3";
    o.patch = 16, o.batch = 4, o.epochs = 1;
    o.overwrite = true;
    return o;
  }

  TrainOptions tuning(const std::string& dataset, const std::string& run, const std::string& from = "run") const {
    TrainOptions o = options(dataset, run);
    o.from = (directory / from).string();
    return o;
  }

  FinishedRun open(const std::string& run) const { return open_run(directory / run); }

  // With other values of SIF.
  void write_moved(data::Dataset d, const std::string& name, double degrees) const {
    d.grid.x_origin += degrees;
    for (double& x : d.soundings.longitude) x += degrees;
    for (auto& corners : d.soundings.longitudes)
      for (double& x : corners) x += degrees;
    for (float& sif : d.soundings.sif) sif *= 1.5f;
    data::write_dataset(directory / name, d);
  }

  test::TemporaryDirectory directory;
};

const Scene& scene() {
  static const Scene once;
  return once;
}

std::vector<float> weights(const FinishedRun& run) {
  return run.network->members().front()->network().parameters().values();
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(double(a[i]) - double(b[i])));
  return largest;
}

}  // namespace

TEST_CASE("a training starts from the weights, the features and the scaling of a run") {
  TrainOptions o = scene().tuning("there.h5", "tuned");
  o.learning_rate = 1e-9, o.seed = 7;
  train(o, quiet);
  const FinishedRun source = scene().open("run"), tuned = scene().open("tuned");
  CHECK(largest_difference(weights(source), weights(tuned)) < 1e-6);
  CHECK(tuned.options.from == o.from);
  CHECK(tuned.options.model == source.options.model);
  CHECK(tuned.options.first_guess == "ndvi");
  CHECK(tuned.mapper.features == source.mapper.features);
  CHECK(tuned.mapper.scaling.offset == source.mapper.scaling.offset);
  CHECK(tuned.mapper.scaling.spread == source.mapper.scaling.spread);
  // The level is that of the soundings there, in the first guess and in what is added to it.
  const double level = tuned.mapper.first_guess_unit / source.mapper.first_guess_unit;
  CHECK(level == doctest::Approx(1.5).epsilon(1e-6));
  CHECK(tuned.mapper.target_spread == doctest::Approx(level * source.mapper.target_spread));
}

TEST_CASE("by default a training that starts from a run is shorter and takes smaller steps") {
  TrainOptions o = scene().tuning("there.h5", "short");
  o.epochs.reset();
  train(o, quiet);
  const ResolvedOptions& tuned = scene().open("short").options;
  CHECK(tuned.epochs == 20);
  CHECK(tuned.learning_rate == doctest::Approx(scene().open("run").options.learning_rate / 4));
}

TEST_CASE("what the weights do not belong with is refused, by name") {
  const auto refused = [](const std::function<void(TrainOptions&)>& change) {
    TrainOptions o = scene().tuning("there.h5", "refused");
    change(o);
    const std::string text = test::thrown<UsageError>([&] { train(o, quiet); });
    CHECK_FALSE(std::filesystem::exists(o.run_directory));
    return text;
  };
  CHECK(test::contains(refused([](TrainOptions& o) { o.model = "unet"; }), "--model"));
  CHECK(test::contains(refused([](TrainOptions& o) { o.features = {"ndvi"}; }), "--features"));
  CHECK(test::contains(refused([](TrainOptions& o) { o.first_guess = "nir"; }), "--first-guess"));
  CHECK(test::contains(refused([](TrainOptions& o) { o.members = 2; }), "--members"));
  CHECK(test::contains(refused([](TrainOptions& o) { o.protocol = Protocol::paper; }), "--from"));
  CHECK(test::contains(refused([](TrainOptions& o) {
                         data::Dataset d = data::read_dataset(o.dataset);
                         std::erase_if(d.layers, [](const data::Layer& l) { return l.name == "nir"; });
                         o.dataset = scene().directory / "without-nir.h5";
                         data::write_dataset(o.dataset, d);
                       }),
                       "nir"));
  TrainOptions none = scene().tuning("there.h5", "refused", "no-run");
  CHECK_THROWS_NAMING(Error, train(none, quiet), "no-run");
}

TEST_CASE("test cells that the first run was trained on are refused") {
  TrainOptions o = scene().tuning("here.h5", "leaky");
  CHECK_NOTHROW(train(o, quiet));  // the same cells are held out
  o = scene().tuning("here.h5", "other-fold");
  o.test = "columns:1/3";
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "--from", "test cells lie where and when", "--test columns:0/3");
  CHECK_FALSE(std::filesystem::exists(o.run_directory));
}

TEST_CASE("a run remembers all places where its weights were trained") {
  train(scene().tuning("there.h5", "second"), quiet);
  train(scene().tuning("farther.h5", "third", "second"), quiet);
  const FinishedRun third = scene().open("third");
  REQUIRE(third.places->before.size() == 2);
  CHECK(third.places->before[0].dataset == data::DatasetFile(scene().directory / "here.h5").description().identity);
  CHECK(third.places->before[1].split.roles == scene().open("second").places->split.roles);
  const data::Dataset here = data::read_dataset(scene().directory / "here.h5");
  CHECK_THROWS_NAMING(UsageError, scored_split(third, here, "here.h5", true), "lie where and when");
  TrainOptions o = scene().tuning("here.h5", "fourth", "third");
  o.test = "columns:1/3";
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "test cells lie where and when");
}

TEST_CASE("a resumed training has to start from the same weights") {
  TrainOptions first = scene().options("here.h5", "start");
  first.model = "unet-pointwise:widths=4", first.features = {"ndvi", "nir"}, first.first_guess = "ndvi";
  train(first, quiet);
  TrainOptions o = scene().tuning("there.h5", "resumed", "start");
  train(o, quiet);
  const RunFiles files{o.run_directory};
  const std::string best = test::read_file(files.best());
  std::filesystem::remove(files.end_mark());
  o.overwrite = false, o.resume = true;
  train(o, quiet);
  CHECK(test::read_file(files.best()) == best);
  std::filesystem::remove(files.end_mark());
  first.seed = 9;
  train(first, quiet);
  CHECK_THROWS_NAMING(Error, train(o, quiet), "last.h5", "other data or with other options");
}
