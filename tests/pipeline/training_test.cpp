#include <doctest/doctest.h>

#include <cmath>

#include "data/dataset/calendar.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "files.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/train.hpp"
#include "pipeline/train/train_defaults.hpp"
#include "pipeline/train/training_loop.hpp"
#include "simulated_tables.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);

data::Dataset scene(const test::TemporaryDirectory& directory) {
  data::write_simulated_tables(directory.path());
  return data::dataset_from_tables(data::find_table_pairs(directory.path()));
}

TrainOptions small_training(const test::TemporaryDirectory& directory, const std::string& name) {
  TrainOptions o;
  o.dataset = directory / "scene.h5";
  o.run_directory = directory / name;
  o.model = "unet:widths=8-16,bottleneck=16";
  o.test = "columns:0/4";
  o.patch = 16;
  o.batch = 4;
  o.epochs = 2;
  o.compute.threads = 2;
  return o;
}

// What `network` says of the patches, on the CPU.
Predictor predictor(std::function<void(View<const float> x, View<float> y)> network) {
  return [network](nn::Images images, const nn::Patches& patches, int, const nn::Trainer::Visit& each) {
    Queue queue(Device::cpu);
    nn::ImageStack stack(queue);
    stack.place(std::move(images));
    for (size_t k = 0; k < patches.crops.size(); ++k) {
      const Shape shape{1, patches.rows, patches.columns, stack.inputs().c};
      std::vector<float> x(size_t(shape.size())), y(size_t(shape.pixels()));
      kernels::crop(queue, stack.inputs(), patches.crops.subspan(k, 1), View<float>(x.data(), shape));
      const View<float> output(y.data(), 1, shape.h, shape.w, 1);
      network(View<const float>(x.data(), shape), output);
      each(k, output);
    }
  };
}

std::string last_bytes(const TrainOptions& o) {
  return test::read_file(RunFiles{o.run_directory}.last());
}

}  // namespace

TEST_CASE("the same seed gives the same checkpoint at any number of threads, another seed another one") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", scene(directory));
  for (const Protocol protocol : {Protocol::honest, Protocol::paper}) {
    TrainOptions one = small_training(directory, "one"), three = small_training(directory, "three");
    one.protocol = three.protocol = protocol;
    one.batch = three.batch = protocol == Protocol::paper ? 160 : 4;
    one.overwrite = three.overwrite = true;
    one.compute.threads = 1, three.compute.threads = 3;
    train(one, quiet);
    train(three, quiet);
    CHECK(last_bytes(one) == last_bytes(three));
    three.seed = 2;
    train(three, quiet);
    CHECK(last_bytes(one) != last_bytes(three));
  }
}

TEST_CASE("a run of several networks is their mean; the first is that of a run of one") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", scene(directory));
  TrainOptions one = small_training(directory, "one"), two = small_training(directory, "two");
  two.members = 2;
  train(one, quiet);
  train(two, quiet);
  const RunFiles files{two.run_directory};
  const auto last = [&](int k) { return nn::Checkpoint::load(files.of_member(k).last()).parameters; };
  CHECK(nn::Checkpoint::load(RunFiles{one.run_directory}.last()).parameters == last(0));
  CHECK(last(0) != last(1));
  CHECK_FALSE(std::filesystem::exists(RunFiles{one.run_directory}.members()));

  const FinishedRun first = open_run(one.run_directory), both = open_run(two.run_directory);
  CHECK(both.parameters == 2 * first.parameters);
  nn::Trainer second(both.network->members()[1]->network().spec(), 0, Device::cpu);
  second.restore(nn::Checkpoint::load(files.of_member(1).best()));
  const data::Dataset d = data::read_dataset(directory / "scene.h5");
  const HonestProtocol protocol(d, honest_options(both.options, {}));
  const std::vector<float> a = protocol.predict(first.mapper.predictor, first.mapper.sizes),
                           b = protocol.predict(predictor_of(second), first.mapper.sizes),
                           mean = protocol.predict(both.mapper.predictor, both.mapper.sizes);
  double apart = 0;
  for (size_t i = 0; i < mean.size(); ++i)
    if (!std::isnan(mean[i])) {
      CHECK(mean[i] == doctest::Approx((a[i] + b[i]) / 2).epsilon(1e-4));
      apart += std::abs(double(a[i]) - double(b[i]));
    }
  CHECK(apart > 0);

  // Stopped between the two networks, and gone on with; then with one network again.
  const std::string bytes = test::read_file(files.of_member(1).last());
  std::filesystem::remove_all(files.members());
  std::filesystem::remove(files.end_mark());
  CHECK_THROWS_NAMING(Error, open_run(two.run_directory), "network 2 of 2", "--resume");
  two.resume = true;
  train(two, quiet);
  CHECK(test::read_file(files.of_member(1).last()) == bytes);
  two.members = 1;
  CHECK_THROWS_NAMING(UsageError, train(two, quiet), "members");
  two.resume = false, two.overwrite = true;
  train(two, quiet);
  CHECK_FALSE(std::filesystem::exists(files.members()));
  two.members = -1;
  CHECK_THROWS_NAMING(UsageError, train(two, quiet), "--members");
}

TEST_CASE("--exact trains by other sums, and belongs to the run") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", scene(directory));
  TrainOptions fast = small_training(directory, "fast"), exact = small_training(directory, "exact");
  for (TrainOptions* o : {&fast, &exact}) o->model = "unet:widths=32-32,bottleneck=32";
  exact.exact = true;
  train(fast, quiet);
  train(exact, quiet);
  const auto a = nn::Checkpoint::load(RunFiles{fast.run_directory}.last()).parameters,
             b = nn::Checkpoint::load(RunFiles{exact.run_directory}.last()).parameters;
  CHECK(a != b);
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(double(a[i]) - double(b[i])));
  CHECK(largest < 1e-3);
  CHECK(open_run(exact.run_directory).options.exact);
}

TEST_CASE("what a test cell holds does not reach the honest training, in target or inputs") {
  const test::TemporaryDirectory directory;
  data::Dataset dataset = scene(directory);
  data::write_dataset(directory / "scene.h5", dataset);
  TrainOptions original = small_training(directory, "original"), changed = small_training(directory, "changed");
  train(original, quiet);

  const data::Split split = make_split(dataset.shape(), honest_options(open_run(original.run_directory).options, {}));
  for (data::Layer& layer : dataset.layers)
    for (size_t i = 0; i < split.roles.size(); ++i)
      if (split.roles[i] == data::Role::test || split.roles[i] == data::Role::buffer)
        layer.values[i] *= layer.values[i];
  data::write_dataset(directory / "changed.h5", dataset);
  changed.dataset = directory / "changed.h5";
  train(changed, quiet);
  const auto last = [](const TrainOptions& o) { return nn::Checkpoint::load(RunFiles{o.run_directory}.last()); };
  CHECK(last(original).parameters == last(changed).parameters);
  CHECK(last(original).metadata == last(changed).metadata);  // with the scaling

  for (data::Layer& layer : dataset.layers)
    for (size_t i = 0; i < split.roles.size(); ++i)
      if (split.roles[i] == data::Role::train) layer.values[i] *= layer.values[i];
  data::write_dataset(directory / "changed.h5", dataset);
  changed.overwrite = true;
  train(changed, quiet);
  CHECK(last(original).parameters != last(changed).parameters);
  CHECK(last(original).metadata != last(changed).metadata);
}

TEST_CASE("a channel that holds the target is refused, but for the paper's protocol") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", scene(directory));
  TrainOptions o = small_training(directory, "run");
  o.features = {"sif", "sif_difference"};
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "sif_difference", "--protocol paper");
}

TEST_CASE("a mean over windows is refused where a window is held out") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", scene(directory));
  TrainOptions o = small_training(directory, "run");
  o.features = {"sif", "ndvi_mean"}, o.test = "window:1";
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "ndvi_mean", "--test window:1");
  o.features = {"sif", "ndvi@-1"};
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "ndvi@-1", "--test window:1");
  o.features = {"sif", "sif_fine@+1"}, o.test = "columns:0/4";
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "sif_fine@+1", "made from the target");
}

TEST_CASE("a network of the season has its code first, and by default the bands of the windows around") {
  const test::TemporaryDirectory directory;
  data::Dataset dataset = scene(directory);
  TrainOptions o = small_training(directory, "run");
  o.model = "unet-temporal:widths=8,bottleneck=8";
  for (size_t w = 0; w < dataset.windows.size(); ++w)
    dataset.windows[w] = data::to_string(data::date_of(2019, 1 + 16 * int(w)));
  const std::vector<std::string> features = resolve(o, dataset).options.features;
  CHECK(std::vector(features.begin(), features.begin() + 5) ==
        std::vector<std::string>{"cos_year", "sin_year", "cos_half_year", "sin_half_year", "sif"});
  const auto has = [&](const char* name) {
    return std::find(features.begin(), features.end(), name) != features.end();
  };
  CHECK(has("nirv@-1"));
  CHECK(has("nirv@+1"));
  CHECK_FALSE(has("nirv_coarse@-1"));
  o.test = "window:1";
  CHECK(resolve(o, dataset).options.features.size() == 4 + HonestProtocol::default_features().size());
  o.features = {"sif", "cos_year"};
  CHECK_THROWS_NAMING(UsageError, resolve(o, dataset), "unet-temporal",
                      "cos_year,sin_year,cos_half_year,sin_half_year");
}

TEST_CASE("a network of the season and of other windows trains, and its maps have the same cells") {
  const test::TemporaryDirectory directory;
  data::Dataset dataset = scene(directory);
  for (size_t w = 0; w < dataset.windows.size(); ++w)
    dataset.windows[w] = data::to_string(data::date_of(2019, 1 + 16 * int(w)));
  data::write_dataset(directory / "scene.h5", dataset);
  TrainOptions o = small_training(directory, "run");
  o.model = "unet-temporal:widths=8,bottleneck=8";
  o.features = {"cos_year", "sin_year", "cos_half_year", "sin_half_year", "sif", "ndvi", "ndvi@-1", "sif@+1"};
  o.first_guess = "sif";
  train(o, quiet);
  const HonestProtocol temporal(dataset, {*o.features, "columns:0/4", 16, 0.1, 1, "sif", 4}),
      spatial(dataset, {{"sif", "ndvi"}, "columns:0/4", 16, 0.1, 1, "sif", 4});
  for (const data::Role role : {data::Role::train, data::Role::test})
    CHECK(temporal.scored_cells(role) == spatial.scored_cells(role));
}

TEST_CASE("the honest prediction is missing where an input is, and only there") {
  const test::TemporaryDirectory directory;
  const data::Dataset dataset = scene(directory);
  const HonestProtocol protocol(dataset, {{"sif", "ndvi", "nir"}, "window:1", 16, 0.1, 1});
  // A network that says "one standard deviation above the coarse SIF" everywhere.
  const Predictor ones = predictor([](View<const float>, View<float> y) {
    for (int64_t i = 0; i < y.size(); ++i) y.data[i] = 1;
  });
  const std::vector<std::string> inputs = {"sif", "ndvi", "nir"};
  const data::Mask present = dataset.present(inputs);
  for (const ImageSizes sizes : {ImageSizes{8, 0}, ImageSizes{1, 16}}) {
    const std::vector<float> sif = protocol.predict(ones, sizes);
    for (size_t i = 0; i < sif.size(); ++i) {
      REQUIRE(std::isnan(sif[i]) == !present[i]);
      if (present[i]) REQUIRE(sif[i] == doctest::Approx(dataset.values("sif")[i] + protocol.target_spread()));
    }
  }
}

TEST_CASE("mirrored images come back upright") {
  const test::TemporaryDirectory directory;
  const data::Dataset dataset = scene(directory);
  const HonestProtocol protocol(dataset, {{"sif", "ndvi"}, "columns:0/4", 16, 0, 1});
  // A network whose output is its second channel: the scaled NDVI, cell by cell.
  const Predictor second_channel = predictor([](View<const float> x, View<float> y) {
    for (int i = 0; i < x.h; ++i)
      for (int j = 0; j < x.w; ++j) y(0, i, j, 0) = x(0, i, j, 1);
  });
  const std::vector<float> sif = protocol.predict(second_channel, {16, 0});
  const data::Scaling& scaling = protocol.scaling();
  for (size_t i = 0; i < sif.size(); ++i) {
    if (std::isnan(sif[i])) continue;
    const double ndvi = (dataset.values("ndvi")[i] - scaling.offset[1]) / scaling.spread[1];
    REQUIRE(sif[i] == doctest::Approx(dataset.values("sif")[i] + protocol.target_spread() * ndvi).epsilon(1e-4));
  }
}

TEST_CASE("the paper's protocol: crops, leaks and baselines") {
  const test::TemporaryDirectory directory;
  const data::Dataset dataset = scene(directory);
  const PaperProtocol protocol(dataset, PaperProtocol::unet_features(), 40, 1);
  CHECK(protocol.split().train.size() == 320);
  CHECK(protocol.split().test.size() == 80);
  CHECK(protocol.shared_pixel_fraction() > 0.99);
  CHECK(protocol.linear_leak_r2() > 0.95);
  for (double r2 : protocol.linear_leak_r2_per_window()) CHECK(r2 == doctest::Approx(1));
  CHECK(protocol.score(protocol.test_targets()).r2 == doctest::Approx(1));
  CHECK(protocol.score(protocol.linear_regression()).rmse < protocol.score(protocol.coarse_unchanged()).rmse);

  std::vector<float> x(size_t(32) * 40 * 40 * 6), y(size_t(32) * 40 * 40);
  Queue queue(Device::cpu);
  const std::vector<kernels::Crop> crops = protocol.crops_of_step(3, 32);
  nn::ImageStack images(queue);
  images.place(protocol.training_images());
  kernels::crop(queue, images.inputs(), crops, View<float>(x.data(), 32, 40, 40, 6));
  kernels::crop(queue, images.targets(), crops, View<float>(y.data(), 32, 40, 40, 1));
  for (size_t i = 0; i < y.size(); ++i) {
    for (size_t c : {0u, 1u, 2u, 3u, 5u}) REQUIRE((x[6 * i + c] >= 0 && x[6 * i + c] <= 1));
    REQUIRE((x[6 * i + 4] >= 0 && x[6 * i + 4] <= 127.5f));
    REQUIRE_FALSE(std::isnan(y[i]));
  }
}

TEST_CASE("training stops when its patience is out, and keeps the best epoch or the last") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", scene(directory));
  TrainOptions o = small_training(directory, "run");
  o.epochs = 40;
  o.patience = 2;
  o.schedule = nn::ScheduleKind::constant;
  o.learning_rate = 0.05;
  train(o, quiet);
  const FinishedRun run = open_run(o.run_directory);
  REQUIRE(run.histories[0].size() < 40);
  int best = 0;
  for (const Epoch& e : run.histories[0])
    if (e.monitored->rmse < run.histories[0][size_t(best)].monitored->rmse) best = e.epoch - 1;
  const int64_t counts = nn::Checkpoint::load(RunFiles{o.run_directory}.best()).epoch;
  CHECK((counts == best + 1 || counts == best + 1 + o.patience));  // the last one where it is not clearly worse
  CHECK(int(run.histories[0].size()) == best + 1 + o.patience);
}

TEST_CASE("a run does not go on with other options or data, and does not overwrite") {
  const test::TemporaryDirectory directory;
  data::Dataset dataset = scene(directory);
  data::write_dataset(directory / "scene.h5", dataset);
  TrainOptions o = small_training(directory, "run");
  train(o, quiet);
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "last.h5", "--overwrite");
  o.resume = true;
  o.batch = 5;
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "batch", "run.toml");
  o.batch = 4;

  for (data::Layer& layer : dataset.layers)
    for (float& v : layer.values) v *= 1.25f;
  data::write_dataset(directory / "scene.h5", dataset);
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "run", "other data", "scene.h5");
}

TEST_CASE("a run whose checkpoint is torn or of another model is refused by name") {
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", scene(directory));
  TrainOptions o = small_training(directory, "run"), other = small_training(directory, "other");
  o.buffer = other.buffer = 8;
  train(o, quiet);
  other.model = "sifnet-small";
  train(other, quiet);
  const std::string bytes = last_bytes(o);
  std::filesystem::remove(RunFiles{o.run_directory}.end_mark());
  test::write_file(RunFiles{o.run_directory}.last(), bytes.substr(0, bytes.size() / 2));
  o.resume = true;
  CHECK_THROWS_NAMING(Error, train(o, quiet), "last.h5", "cut short");
  test::write_file(RunFiles{o.run_directory}.last(), last_bytes(other));
  CHECK_THROWS_NAMING(Error, train(o, quiet), "last.h5", "other options");
}
