#include "pipeline/train/footprint_protocol.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/scales.hpp"
#include "data/features/denoising.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "kernels/random.hpp"
#include "nn/checkpoint.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/train.hpp"
#include "pipeline/train/training_loop.hpp"
#include "sounding_scene.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;
using namespace unetsr::test;

namespace {

using Sky = SoundingComparison::Sky;

const Output quiet(Output::Mode::quiet);
const std::vector<std::string> features = {"sif", "ndvi"};

TrainOptions small_training(const test::TemporaryDirectory& directory, const std::string& name) {
  TrainOptions o;
  o.dataset = directory / "scene.h5";
  o.run_directory = directory / name;
  o.model = "unet:widths=4-8,bottleneck=8";
  o.features = features;
  o.first_guess = "sif";
  o.test = "columns:0/3";
  o.patch = 16;
  o.batch = 4;
  o.epochs = 2;
  return o;
}

}  // namespace

TEST_CASE("Targets, weights and cells belong together in every orientation: the true field meets every target") {
  const data::Dataset d = scene_of_soundings(0);
  FootprintProtocol protocol(d, {features, "columns:0/3", 24, 0, 1, "sif"});
  const int batch = 16, patch = 24, channels = protocol.channels();
  std::vector<float> inputs(size_t(batch * patch * patch * channels));
  FootprintProtocol::Batch b;
  size_t rows = 0;
  double largest = 0, exact = 0;
  for (int epoch = 0; epoch < 2; ++epoch) {
    Queue queue(Device::cpu);
    nn::ImageStack images(queue);
    images.place(protocol.draw_halves(epoch));
    protocol.draw_batch(epoch, batch, b);
    kernels::crop(queue, images.inputs(), b.crops, View<float>(inputs.data(), batch, patch, patch, channels));
    rows += b.targets.size();
    const data::Scaling& scaling = protocol.scaling();
    std::vector<float> field(size_t(batch * patch * patch)), means(b.targets.size());
    for (size_t p = 0; p < field.size(); ++p) {
      const auto value = [&](size_t c) {
        return double(inputs[p * size_t(channels) + c]) * scaling.spread[c] + scaling.offset[c];
      };
      field[p] = float((slope * value(1) - value(0)) / protocol.target_spread());
    }
    kernels::footprint_mean<float>(queue, b.footprints.view(int64_t(field.size())),
                                   View<const float>(field.data(), batch, patch, patch, 1),
                                   View<float>(means.data(), int(means.size()), 1, 1, 1));
    for (size_t s = 0; s < means.size(); ++s) {
      // Where the days of a half leave a coarse cell missing, its cells are left out: an approximation.
      const double off = std::abs(double(means[s]) - double(b.targets[s]));
      exact += off < 1e-4;
      largest = std::max(largest, std::abs(double(b.targets[s])));
    }
  }
  CHECK(rows > 200);
  CHECK(largest > 0.5);
  CHECK(exact > 0.9 * double(rows));
}

TEST_CASE("Soundings train, validate or test where all of their cells do") {
  const data::Dataset d = scene_of_soundings(0);
  const FootprintProtocol protocol(d, {features, "columns:0/3", 24, 0.2, 1, "sif"});
  CHECK(protocol.comparison().count(data::Role::train) > 500);
  CHECK(protocol.comparison().count(data::Role::test) > 500);
  CHECK(protocol.comparison().count(data::Role::buffer) > 500);
  // The true map explains held-out soundings without noise fully, the coarse SIF of the other days does not.
  const auto truth = [&](const data::Dataset&, const auto&) {
    std::vector<float> map(d.values("ndvi").begin(), d.values("ndvi").end());
    for (float& v : map) v *= float(slope);
    return map;
  };
  CHECK(protocol.comparison().score(data::Role::test, truth, Sky::clear).r2 > 0.9999);
  // Without noise nothing is left of them; one map is of a window and a half.
  std::set<int> maps;
  for (const auto& r : protocol.comparison().residuals({data::Role::validation, data::Role::buffer}, truth)) {
    CHECK(std::abs(r.residual) < 1e-4);
    maps.insert(r.map);
  }
  CHECK(maps == std::set<int>{0, 1, 2, 3});
  const data::Part part = protocol.comparison().cells_of(data::Role::test);
  CHECK(part.column + part.columns <= 53);
  CHECK(part.rows > 140);
  CHECK(protocol.comparison().cells_of(data::Role::validation).column > 53);
  const auto coarse = [&](const data::Dataset& half, const auto&) {
    const data::Dataset fine = data::fine_scale(half);
    return std::vector<float>(fine.values("sif").begin(), fine.values("sif").end());
  };
  const data::Metrics m = protocol.comparison().score(data::Role::test, coarse, Sky::as_seen);
  CHECK(m.r2 < 0.9);
  CHECK(m.cells > 500);
  const std::vector<size_t> first_and_last = {0, protocol.comparison().soundings().size() - 1};
  const std::vector<double> noise = protocol.comparison().noise_variance(first_and_last);
  for (size_t k = 0; k < 2; ++k)
    CHECK(noise[k] == doctest::Approx(std::pow(double(protocol.comparison().soundings()[first_and_last[k]].error), 2)));
}

TEST_CASE("What clouds hide is found in the soundings, and given back before anything is learnt") {
  data::Dataset d = scene_of_soundings(0.3);
  Random random(3, 1);
  for (size_t i = 0; i < d.soundings.size(); ++i) {
    const float cloud = float(random.uniform(0, 0.5));
    d.soundings.cloud_fraction[i] = cloud;
    d.soundings.sif[i] *= 1 - 0.4f * cloud;
  }
  const FootprintProtocol protocol(d, {features, "columns:0/3", 24, 0, 1, "sif"});
  CHECK(protocol.cloud_shielding() == doctest::Approx(0.4).epsilon(0.15));
  CHECK(FootprintProtocol(scene_of_soundings(0.3), {features, "columns:0/3", 24, 0, 1, "sif"})
            .comparison()
            .cloud_shielding() == 0);
  const auto truth = [&](const data::Dataset&, const auto&) {
    std::vector<float> map(d.values("ndvi").begin(), d.values("ndvi").end());
    for (float& v : map) v *= float(slope);
    return map;
  };
  CHECK(std::abs(protocol.comparison().score(data::Role::test, truth, Sky::clear).bias) < 0.03);
  CHECK(protocol.comparison().score(data::Role::test, truth, Sky::as_seen).bias > 0.1);
  FootprintProtocol learner(d, {features, "columns:0/3", 24, 0, 1, "sif"});
  FootprintProtocol::Batch b;
  learner.draw_halves(0);
  learner.draw_batch(0, 32, b);
  // The coarse SIF is what was seen, a tenth below the clear sky's: the targets make it up.
  double sum = 0;
  for (const float t : b.targets) sum += double(t) * learner.target_spread() / double(b.targets.size());
  CHECK(sum == doctest::Approx(0.1 * slope * 0.5).epsilon(0.3));
}

TEST_CASE("A first guess without SIF is brought to SIF's units by the training soundings") {
  const data::Dataset d = scene_of_soundings(0.3);
  const FootprintProtocol protocol(d, {{"ndvi"}, "columns:0/3", 24, 0, 1, "ndvi"});
  CHECK(protocol.first_guess_unit() == doctest::Approx(slope).epsilon(0.02));
  CHECK(FootprintProtocol(d, {features, "columns:0/3", 24, 0, 1, "sif"}).first_guess_unit() == 1);
  data::Dataset negative = d;
  for (float& v : negative.soundings.sif) v = -v;
  CHECK_THROWS_NAMING(UsageError, FootprintProtocol(negative, {{"ndvi"}, "columns:0/3", 24, 0, 1, "ndvi"}),
                      "--first-guess ndvi");
}

TEST_CASE("Bands alone are the default, as far as they are there") {
  const data::Dataset d = scene_of_soundings(0);
  CHECK(FootprintProtocol::default_features(d, true) ==
        std::vector<std::string>{"ndvi", "nir", "nirv", "ndvi_mean", "nir_mean", "nirv_mean", "day_of_year"});
  CHECK(FootprintProtocol::default_first_guess({"ndvi", "sif_mean"}) == "sif_nirv");
  CHECK(FootprintProtocol::default_first_guess({"ndvi"}) == "nirv");

  data::Dataset denoised = d;
  for (const std::string band : {"red", "nir"})
    denoised.add({band + data::denoised_suffix, "1", "", std::vector<float>(size_t(d.shape().size()), 0.1f)});
  const std::vector<std::string> of_all_windows = FootprintProtocol::default_features(denoised, true);
  CHECK(of_all_windows == std::vector<std::string>{"ndvi_denoised", "nir_denoised", "red_denoised", "nirv_denoised",
                                                   "ndvi_denoised_mean", "nir_denoised_mean", "red_denoised_mean",
                                                   "nirv_denoised_mean", "day_of_year"});
  CHECK(FootprintProtocol::default_first_guess(of_all_windows) == "nirv_denoised");
  // Denoising looks at all windows.
  CHECK(FootprintProtocol::default_features(denoised, false) == std::vector<std::string>{"ndvi", "nir", "nirv"});
}

TEST_CASE("What a half's soundings say of its map is asked of the network no more") {
  // Half of what NDVI promises east of column 100.
  data::Dataset d = scene_of_soundings(0.3);
  const data::SoundingCells cells(d);
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i].column > 100) d.soundings.sif[i] *= 0.5f;
  FootprintProtocol protocol(d, {{"ndvi"}, "columns:0/3", 24, 0, 1, "ndvi"});
  const double unit = protocol.first_guess_unit();
  const auto map = [&](const data::Dataset&, const std::vector<uint8_t>&) {
    std::vector<float> guess(d.values("ndvi").begin(), d.values("ndvi").end());
    for (float& v : guess) v *= float(unit);
    return guess;
  };
  const auto spread_of_targets = [&] {
    FootprintProtocol::Batch b;
    double squares = 0, count = 0;
    for (int step = 0; step < 20; ++step) {
      protocol.draw_batch(step, 16, b);
      for (const float t : b.targets) squares += double(t) * double(t), ++count;
    }
    return std::sqrt(squares / count) * protocol.target_spread();
  };
  protocol.draw_halves(0);
  const double before = spread_of_targets();
  protocol.learn_errors([&](const TrainingArea&, const auto&) { return map(d, {}); }, false);
  const double after = spread_of_targets();
  CHECK(before > 1.3 * after);
  CHECK(after == doctest::Approx(0.3).epsilon(0.15));  // the noise
  protocol.draw_halves(0);
  CHECK(spread_of_targets() == before);

  // The same on maps: soundings that have no say in it are met better.
  const auto conserved = [&](const data::Dataset& half, const std::vector<uint8_t>& chosen) {
    std::vector<float> maps = map(half, chosen);
    protocol.comparison().conserve(maps, chosen, false);
    return maps;
  };
  const double alone = protocol.comparison().score(data::Role::test, map, Sky::clear).rmse;
  CHECK(protocol.comparison().score(data::Role::test, conserved, Sky::clear).rmse < 0.95 * alone);
}

TEST_CASE("What cannot be learnt from is named") {
  data::Dataset d = scene_of_soundings(0);
  CHECK_THROWS_NAMING(UsageError, FootprintProtocol(d, {{"sif", "sif_fine"}, "columns:0/3", 24, 0, 1, "sif"}),
                      "sif_fine");
  CHECK_THROWS_NAMING(UsageError, FootprintProtocol(d, {features, "columns:0/3", 2, 0, 1, "sif"}), "--patch",
                      "2 cells");
  // Footprints of about 4 cells in any direction.
  const FootprintProtocol narrow(d, {features, "columns:0/3", 4, 0, 1, "sif"}),
      wide(d, {features, "columns:0/3", 24, 0, 1, "sif"});
  CHECK(narrow.too_wide() > 0);
  CHECK(narrow.too_wide() < narrow.comparison().count(data::Role::train));
  CHECK(wide.too_wide() == 0);
  d.soundings = {};
  CHECK_THROWS_NAMING(UsageError, FootprintProtocol(d, {features, "columns:0/3", 24, 0, 1, "sif"}), "no soundings");
  d.coarse_factor = 0;
  CHECK_THROWS_NAMING(UsageError, FootprintProtocol(d, {features, "columns:0/3", 24, 0, 1, "sif"}), "no coarse grid");
}

TEST_CASE("Training on footprints: the same bytes at any number of threads and after a resume; test soundings unseen") {
  const test::TemporaryDirectory directory;
  data::Dataset d = scene_of_soundings(0.3);
  data::write_dataset(directory / "scene.h5", d);
  const auto parameters = [](const TrainOptions& o) {
    return nn::Checkpoint::load(RunFiles{o.run_directory}.last()).parameters;
  };
  TrainOptions one = small_training(directory, "one"), three = small_training(directory, "three");
  one.compute.threads = 1, three.compute.threads = 3;
  train(one, quiet);
  train(three, quiet);
  CHECK(parameters(one) == parameters(three));
  CHECK(open_run(one.run_directory).options.supervision == Supervision::footprints);

  TrainOptions both = small_training(directory, "both");
  both.members = 2;
  train(both, quiet);
  CHECK(parameters(both) == parameters(one));
  CHECK(nn::Checkpoint::load(RunFiles{both.run_directory}.of_member(1).last()).parameters != parameters(one));
  CHECK(open_run(both.run_directory).network->members().size() == 2);

  const data::SoundingCells cells(d);
  int64_t changed = 0;
  for (size_t i = 0; i < cells.size(); ++i)
    if (cells[i].last_column < 48) d.soundings.sif[i] = 50, ++changed;
  CHECK(changed > 500);
  data::write_dataset(directory / "changed.h5", d);
  TrainOptions other = small_training(directory, "other");
  other.dataset = directory / "changed.h5";
  train(other, quiet);
  CHECK(parameters(one) == parameters(other));
  for (float& v : d.soundings.sif) v += 0.1f;
  data::write_dataset(directory / "changed.h5", d);
  other.overwrite = true;
  train(other, quiet);
  CHECK(parameters(one) != parameters(other));
}
