#include "data/features/features.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <set>

#include "data/dataset/dataset_file.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "emulator/emulator.hpp"
#include "files.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/train/footprint_protocol.hpp"
#include "pipeline/train/train.hpp"
#include "simulated_tables.hpp"
#include "sounding_scene.hpp"

// Local binary patterns on the GPU.
using namespace unetsr;
using namespace unetsr::data;
using namespace unetsr::pipeline;

namespace {

using Names = std::vector<std::string>;

const Names patterns = {
    "lbp", "lbp_rotation_invariant", "lbp_uniform", "lbp_rotation_invariant_uniform", "lbp_paper", "lbp_mean"};

// Three windows with equal neighbours and missing cells; in the last one nothing is present.
Dataset holed_dataset() {
  Dataset dataset;
  dataset.grid.rows = 19, dataset.grid.columns = 23;
  dataset.windows = {"a", "b", "c"};
  const size_t cells = size_t(dataset.grid.cells());
  std::vector<float> sif(3 * cells, std::numeric_limits<float>::quiet_NaN());
  Random random(3);
  for (size_t i = 0; i < 2 * cells; ++i)
    if (random.uniform() > 0.07) sif[i] = float(random.below(40)) / 8 - 1;
  dataset.add({coarse_layer, "", "", std::move(sif)});
  return dataset;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](float x, float y) {
           return std::bit_cast<uint32_t>(x) == std::bit_cast<uint32_t>(y);
         });
}

// Whether it takes patterns from the GPU.
template <class Work>
bool asks_the_gpu(const Work& work) {
  emulator::take_launched();
  make_features(holed_dataset(), Names{"lbp", "lbp_paper"}, Device::cuda);
  const std::set<const void*> of_patterns = emulator::take_launched();
  work();
  const std::set<const void*> launched = emulator::take_launched();
  return std::any_of(launched.begin(), launched.end(), [&](const void* k) { return of_patterns.contains(k); });
}

}  // namespace

TEST_CASE("patterns on the GPU are those of the CPU, bit for bit, missing where they are") {
  const Dataset dataset = holed_dataset();
  for (const std::string& name : patterns) {
    INFO(name);
    const FeatureStack cpu = make_features(dataset, Names{name}),
                       gpu = make_features(dataset, Names{name}, Device::cuda);
    CHECK(same_bits(gpu.values, cpu.values));
    const Mask present = gpu.present();
    const auto count = std::count(present.begin(), present.end(), 1);
    CHECK(count > 100);
    CHECK((count == int64_t(present.size())) == (name == "lbp_paper"));
  }
}

TEST_CASE("threads that make patterns take turns on the GPU") {
  const Dataset dataset = holed_dataset();
  const std::vector<float> expected = make_features(dataset, patterns).values;
  std::vector<std::vector<float>> got(8);
  set_threads(4);
  parallel_for(8, [&](int64_t i) { got[size_t(i)] = make_features(dataset, patterns, Device::cuda).values; });
  set_threads(0);
  for (const std::vector<float>& values : got) CHECK(same_bits(values, expected));
}

TEST_CASE("trainings and maps take patterns from the GPU that they run on") {
  const test::TemporaryDirectory directory;
  write_simulated_tables(directory.path());
  const Dataset tables = dataset_from_tables(find_table_pairs(directory.path())), scene = test::scene_of_soundings(0.3);
  write_dataset(directory / "tables.h5", tables);
  write_dataset(directory / "scene.h5", scene);
  const Names features = {"sif", "lbp"};

  const auto asks_while_training = [&](const char* dataset, Protocol protocol, Device device = Device::cuda) {
    TrainOptions o;
    o.dataset = directory / dataset, o.run_directory = directory / "run";
    o.model = "unet:widths=2,bottleneck=3", o.protocol = protocol, o.buffer = 6;
    o.features = features;
    o.test = "columns:0/4";
    o.patch = 16, o.batch = 2, o.epochs = 1, o.overwrite = true;
    o.compute.device = device;
    return asks_the_gpu([&] {
      catch_interrupts();
      raise(SIGINT);  // the features are made before the first step
      CHECK_THROWS_AS(train(o, Output(Output::Mode::quiet)), Interrupted);
      catch_interrupts();
    });
  };
  CHECK(asks_while_training("tables.h5", Protocol::paper));
  CHECK(asks_while_training("tables.h5", Protocol::honest));
  CHECK(asks_while_training("scene.h5", Protocol::honest));
  CHECK_FALSE(asks_while_training("tables.h5", Protocol::honest, Device::cpu));

  for (const Device device : {Device::cpu, Device::cuda}) {
    const bool gpu = device == Device::cuda;
    FootprintProtocol protocol(scene, {features, "columns:0/3", 16, 0, 1, coarse_layer, 8, device});
    CHECK(asks_the_gpu([&] { protocol.draw_halves(0); }) == gpu);
    Mapper mapper;
    mapper.features = features;
    mapper.device = device;
    mapper.scaling.names = input_channels(features);
    mapper.scaling.offset = {0, 0, 0}, mapper.scaling.spread = {1, 1, 1};
    mapper.predictor = [](nn::Images, const nn::Patches&, int, const nn::Trainer::Visit&) {};
    CHECK(asks_the_gpu([&] { mapper.map(tables); }) == gpu);
    CHECK(asks_the_gpu([&] { mapper.map(DatasetFile(directory / "tables.h5"), 1, {8, 8, 16, 16}); }) == gpu);
  }
}
