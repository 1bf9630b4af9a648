#include "pipeline/train/dataset_sample.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "data/dataset/dataset_file.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "nn/checkpoint.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/footprint_protocol.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/run_files.hpp"
#include "pipeline/train/train.hpp"
#include "sounding_scene.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;
using namespace unetsr::test;

namespace {

const Output quiet(Output::Mode::quiet);
const std::vector<std::string> features = {"ndvi", "nir", "ndvi_mean"};

HonestOptions options(uint64_t seed = 1) {
  return {features, "columns:0/3", 32, 0.2, seed, "ndvi", 8, Device::cpu, {}, 2};
}

struct Scene {
  TemporaryDirectory directory;
  data::Dataset dataset = scene_of_soundings(0.3);
  std::filesystem::path file = directory / "scene.h5";

  Scene() { data::write_dataset(file, dataset); }
  std::shared_ptr<const DatasetSample> sample(int64_t cells, const HonestOptions& o = options()) const {
    return std::make_shared<DatasetSample>(file, dataset, std::make_shared<SoundingSource>(file, 1e6),
                                           make_split(dataset.coarse_shape(), o), o, cells, 4);
  }
};

constexpr int64_t two_areas = 2 * 64 * 64 * 2;

bool equal(const std::vector<SamplePlace>& a, const std::vector<SamplePlace>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const SamplePlace& x, const SamplePlace& y) {
    return x.part == y.part && x.windows == y.windows && x.core == y.core;
  });
}

}  // namespace

TEST_CASE("Places of a sample are a function of seed and draw, lie on the grid and begin on coarse cells") {
  const Scene scene;
  const auto sample = scene.sample(two_areas);
  CHECK(equal(sample->training_places(3), scene.sample(two_areas)->training_places(3)));
  CHECK_FALSE(equal(sample->training_places(3), sample->training_places(4)));
  CHECK_FALSE(equal(sample->training_places(3), scene.sample(two_areas, options(2))->training_places(3)));
  CHECK(sample->training_places(0).size() == 2);
  CHECK(scene.sample(5 * two_areas / 2)->training_places(0).size() == 5);
  for (const auto& places : {sample->training_places(0), sample->statistics_places(), sample->validation_places()})
    for (const SamplePlace& place : places) {
      CHECK(place.part.rows == places.front().part.rows);
      CHECK(place.part.columns == places.front().part.columns);
      CHECK(place.windows.size() == places.front().windows.size());
      CHECK(place.part.row % factor == 0);
      CHECK(place.part.column % factor == 0);
      CHECK(place.part.row >= 0);
      CHECK(place.part.row + place.part.rows <= side);
      CHECK(place.part.column + place.part.columns <= side);
    }
  CHECK_THROWS_NAMING(UsageError, scene.sample(100), "--memory", "100 cells");
}

TEST_CASE("An area read from the file is that of the whole dataset") {
  const Scene scene;
  const auto sample = scene.sample(two_areas);
  const TrainingArea whole(scene.dataset, sample->split(), options());
  for (const SamplePlace& place :
       {SamplePlace{{32, 60, 64, 64}, {1}, {0, 0, 64, 64}}, SamplePlace{{0, 96, 64, 64}, {0, 1}, {0, 0, 64, 64}}}) {
    const auto read = sample->read({place});
    REQUIRE(read.size() == 1);
    const TrainingArea& area = *read[0].area;
    REQUIRE(area.windows() == int(place.windows.size()));
    const size_t width = area.inputs().channels.names.size();
    REQUIRE(width == features.size() + 1);
    int64_t different = 0;
    for (int w = 0; w < area.windows(); ++w)
      for (int i = 0; i < 64; ++i)
        for (int j = 0; j < 64; ++j) {
          const size_t own = size_t((w * 64 + i) * 64 + j),
                       there = size_t((place.windows[size_t(w)] * side + place.part.row + i) * side +
                                      place.part.column + j);
          for (size_t c = 0; c < width; ++c)
            different +=
                area.inputs().channels.values[own * width + c] != whole.inputs().channels.values[there * width + c];
          different += area.inputs().first_guess[own] != whole.inputs().first_guess[there];
          different += area.training_cells()[own] != whole.training_cells()[there];
        }
    CHECK(different == 0);
    // Its soundings are those of these cells and windows whose footprints lie in it.
    std::multiset<float> own, there;
    const data::SoundingCells &soundings = area.comparison().soundings(), &all = whole.comparison().soundings();
    for (size_t i = 0; i < soundings.size(); ++i) own.insert(soundings[i].sif);
    for (size_t i = 0; i < all.size(); ++i)
      if (all[i].row >= place.part.row && all[i].last_row < place.part.row + 64 && all[i].column >= place.part.column &&
          all[i].last_column < place.part.column + 64 &&
          std::find(place.windows.begin(), place.windows.end(), all[i].window) != place.windows.end())
        there.insert(all[i].sif);
    CHECK(own.size() > 300);
    CHECK(own == there);
    CHECK(area.comparison().count(data::Role::test) == 0);
  }
}

TEST_CASE("Soundings are scored once, in the core of the area that they lie in") {
  const Scene scene;
  const auto sample = scene.sample(100 * two_areas);
  int64_t validating = 0;
  for (const auto& read : sample->read(sample->validation_places()))
    validating += read.area->comparison().count(data::Role::validation);
  const TrainingArea whole(scene.dataset, sample->split(), options());
  const int64_t all = whole.comparison().count(data::Role::validation);
  CHECK(validating <= all);
  CHECK(validating > 8 * all / 10);  // but for footprints over the edge of an area
  const DatasetSample::Counts counts = sample->counts();
  CHECK(counts.validation == all);
  CHECK(counts.train == whole.comparison().count(data::Role::train));
  CHECK(counts.unused == whole.comparison().count(data::Role::buffer) + whole.comparison().soundings().left_out());
}

TEST_CASE("Statistics of a sample are about those of the whole dataset") {
  const Scene scene;
  const FootprintProtocol whole(scene.dataset, options()), sampled(scene.sample(two_areas), options());
  CHECK(sampled.samples());
  CHECK(sampled.first_guess_unit() == doctest::Approx(whole.first_guess_unit()).epsilon(0.03));
  CHECK(sampled.target_spread() == doctest::Approx(whole.target_spread()).epsilon(0.03));
  for (size_t c = 0; c < features.size(); ++c) {
    CHECK(sampled.scaling().offset[c] == doctest::Approx(whole.scaling().offset[c]).epsilon(0.03));
    CHECK(sampled.scaling().spread[c] == doctest::Approx(whole.scaling().spread[c]).epsilon(0.05));
  }
}

TEST_CASE("Batches of a sample are the same when read ahead, and hold targets of its own draw") {
  const Scene scene;
  const auto batch_of = [&](bool ahead, int threads) {
    const ThreadScope scope(threads);
    FootprintProtocol protocol(scene.sample(two_areas), options());
    protocol.draw_halves(0);
    if (ahead) protocol.read_ahead(1);
    const nn::Images images = protocol.draw_halves(1);
    protocol.learn_errors([](const TrainingArea& area, const auto&) { return area.inputs().first_guess; }, false);
    FootprintProtocol::Batch batch;
    protocol.draw_batch(25, 16, batch);
    CHECK(images.shape.n == 4);
    for (const kernels::Crop& crop : batch.crops) CHECK(crop.image < 4);
    return std::pair(batch.targets, images.inputs.size());
  };
  const auto first = batch_of(false, 1);
  CHECK(first.first.size() > 50);
  CHECK(batch_of(true, 1) == first);
  CHECK(batch_of(true, 3) == first);
}

namespace {

TrainOptions sampled_training(const Scene& scene, const std::string& name) {
  TrainOptions o;
  o.dataset = scene.file;
  o.run_directory = scene.directory / name;
  o.model = "unet:widths=4-8,bottleneck=8";
  o.features = features;
  o.first_guess = "ndvi";
  o.test = "columns:0/3";
  o.patch = 16, o.batch = 4, o.epochs = 3;
  o.memory = "88MB";
  return o;
}

}  // namespace

TEST_CASE("A dataset beyond --memory is trained on in samples: the same bytes at any number of threads") {
  Scene scene;
  const auto parameters = [](const TrainOptions& o) {
    return nn::Checkpoint::load(RunFiles{o.run_directory}.last()).parameters;
  };
  TrainOptions one = sampled_training(scene, "one"), three = sampled_training(scene, "three");
  one.compute.threads = 1, three.compute.threads = 3;
  train(one, quiet);
  train(three, quiet);
  CHECK(parameters(one) == parameters(three));
  CHECK(open_run(one.run_directory).options.memory == "88MB");
  TrainOptions whole = sampled_training(scene, "whole");
  whole.memory = "1GB";
  train(whole, quiet);
  CHECK(parameters(one) != parameters(whole));

  const data::SoundingCells cells(scene.dataset);
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i].last_column < 48) scene.dataset.soundings.sif[i] = 40;
  data::write_dataset(scene.file, scene.dataset);
  TrainOptions other = sampled_training(scene, "other");
  train(other, quiet);
  CHECK(parameters(one) == parameters(other));
}

TEST_CASE("Steps of a draw are the same whatever was drawn before: a resumed training goes on as it would have") {
  const Scene scene;
  const auto targets = [&](const std::vector<int>& draws) {
    FootprintProtocol protocol(scene.sample(two_areas), options());
    FootprintProtocol::Batch batch;
    for (const int draw : draws) {
      protocol.draw_halves(draw);
      protocol.read_ahead(draw + 1);
    }
    protocol.draw_batch(7, 8, batch);
    return batch.targets;
  };
  CHECK(targets({0, 1, 2}) == targets({2}));
  CHECK(targets({0, 1}) != targets({2}));
}
