#include "pipeline/train/scored_split.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "captured_stderr.hpp"
#include "data/dataset/dataset_file.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "pipeline/evaluate/evaluate.hpp"
#include "pipeline/train/train.hpp"
#include "sounding_scene.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;

namespace {

const Output quiet(Output::Mode::quiet);

TrainOptions training(const test::TemporaryDirectory& directory, const std::string& name) {
  TrainOptions o;
  o.dataset = directory / "scene.h5";
  o.run_directory = directory / name;
  o.model = "unet:widths=4-8,bottleneck=8";
  o.features = {"ndvi", "nir"};
  o.first_guess = "ndvi";
  o.test = "columns:0/3";
  o.patch = 16;
  o.batch = 4;
  o.epochs = 2;
  return o;
}

// A run that held out the western third, with its dataset; made once.
struct Scene {
  Scene() {
    dataset = test::scene_of_soundings(0.3);
    dataset.add({data::target_layer, "", "", std::vector<float>(dataset.values("ndvi").size(), NAN)});
    data::write_dataset(directory / "scene.h5", dataset);
    train(training(directory, "run"), quiet);
    run = open_run(directory / "run");
    dataset = data::read_dataset(directory / "scene.h5");
  }

  // Of other contents, made by a change of this one.
  template <class Change>
  data::Dataset changed(const Change& change) const {
    data::Dataset other = dataset;
    change(other);
    data::write_dataset(directory / "other.h5", other);
    return data::read_dataset(directory / "other.h5");
  }

  EvaluateOptions evaluation(const std::string& run_name, const std::string& dataset_name) const {
    EvaluateOptions o;
    o.dataset = directory / dataset_name;
    o.runs = {directory / run_name};
    o.out_directory = directory / "report";
    o.overwrite = true;
    return o;
  }

  test::TemporaryDirectory directory;
  data::Dataset dataset;
  FinishedRun run;
};

const Scene& scene() {
  static const Scene once;
  return once;
}

void move_east(data::Dataset& d, double degrees) {
  d.grid.x_origin += degrees;
  for (double& x : d.soundings.longitude) x += degrees;
  for (auto& corners : d.soundings.longitudes)
    for (double& x : corners) x += degrees;
}

void move_in_time(data::Dataset& d, int days) {
  for (std::string& label : d.windows)
    label = data::to_string(data::date_of(data::day_number(*data::parse_date(label)) + days));
  for (double& t : d.soundings.time) t += days * 86400.0;
}

bool all_test(const ScoredSplit& scored) {
  return std::all_of(scored.split.roles.begin(), scored.split.roles.end(),
                     [](data::Role role) { return role == data::Role::test; });
}

}  // namespace

TEST_CASE("on its own dataset, wherever that lies, a run is scored by its own split") {
  const ScoredSplit scored = scored_split(scene().run, scene().dataset, "scene.h5", false);
  CHECK_FALSE(scored.independent);
  CHECK(scored.split.rows == 40);
  CHECK(scored.split.roles == scene().run.places->split.roles);
  CHECK(scored.split.description == "columns 0..12");
  data::Dataset again = scene().dataset;
  again.provenance.created = "another day";
  data::write_dataset(scene().directory / "again.h5", again);
  CHECK_NOTHROW(scored_split(scene().run, data::read_dataset(scene().directory / "again.h5"), "again.h5", false));
}

TEST_CASE("another dataset is refused, whose cells the rule of the split would take for held out") {
  const data::Dataset other = scene().changed([](data::Dataset& d) { move_east(d, 0.8); });
  CHECK_THROWS_NAMING(UsageError, scored_split(scene().run, other, "other.h5", false), "other.h5", "--independent",
                      "scene.h5");
  CHECK_THROWS_NAMING(UsageError, evaluate(scene().evaluation("run", "other.h5"), quiet), "other.h5", "--independent");
}

TEST_CASE("--independent is checked by place and time") {
  const auto independent = [&](const auto& change) {
    return scored_split(scene().run, scene().changed(change), "other.h5", true);
  };
  // The same places under another name, half of them, one column of them, in other coordinates.
  CHECK_THROWS_NAMING(UsageError, scored_split(scene().run, scene().dataset, "scene.h5", true), "--independent",
                      "17280 of the 25600 cells");
  CHECK_THROWS_NAMING(UsageError, independent([](data::Dataset& d) { move_east(d, 0.8); }), "12800 of the");
  CHECK_THROWS_NAMING(UsageError, independent([](data::Dataset& d) { move_east(d, 1.59); }), "160 of the");
  CHECK_THROWS_NAMING(UsageError, independent([](data::Dataset& d) {
                        d.soundings = {};
                        d.grid = {160, 160, 0.5, 1, 5600000, -1000, "+proj=utm +zone=31 +datum=WGS84"};
                        d.grid.x_origin = 166500, d.grid.x_step = 1000, d.grid.y_origin = 1106000;
                      }),
                      "--independent");
  CHECK_THROWS_NAMING(UsageError, independent([](data::Dataset& d) { move_in_time(d, 8); }), "--independent");

  const ScoredSplit elsewhere = independent([](data::Dataset& d) { move_east(d, 1.61); });
  CHECK(elsewhere.independent);
  CHECK(elsewhere.other_times == 0);
  CHECK(all_test(elsewhere));
  CHECK(elsewhere.split.rows == 40);
  const ScoredSplit west = independent([](data::Dataset& d) { move_east(d, -1.2); });  // on cells held out
  CHECK(west.other_times == 0);
  const ScoredSplit later = independent([](data::Dataset& d) { move_in_time(d, 32); });
  CHECK(all_test(later));
  CHECK(later.other_times == 17280);
}

TEST_CASE("evaluate --independent scores all soundings of another place, beside the baselines") {
  scene().changed([](data::Dataset& d) { move_east(d, 5); });
  EvaluateOptions o = scene().evaluation("run", "other.h5");
  o.independent = true;
  const report::EvaluateReport there = evaluate(o, quiet);
  const report::EvaluateReport here = evaluate(scene().evaluation("run", "scene.h5"), quiet);
  CHECK(there.runs[0].held_out == "all cells of an independent dataset");
  CHECK(there.runs[0].metrics.cells > 2.5 * double(here.runs[0].metrics.cells));
  CHECK(there.runs[0].metrics.rmse == doctest::Approx(here.runs[0].metrics.rmse).epsilon(0.2));
  CHECK(there.runs[0].baselines.size() == here.runs[0].baselines.size());
}

TEST_CASE("the noise ceiling is that of the soundings that are scored") {
  constexpr double east_part = 5.9;  // where no map has values
  EvaluateOptions o = scene().evaluation("run", "other.h5");
  o.independent = true;
  const auto ceiling = [&](float factor_of_errors) {
    scene().changed([&](data::Dataset& d) {
      move_east(d, 5);
      for (data::Layer& layer : d.layers)
        for (size_t i = 0; i < layer.values.size(); ++i)
          if (d.grid.x_origin + d.grid.x_step * double(i % size_t(d.grid.columns)) > east_part) layer.values[i] = NAN;
      for (size_t i = 0; i < d.soundings.size(); ++i)
        if (d.soundings.longitude[i] > east_part + 0.1) d.soundings.error[i] *= factor_of_errors;
    });
    return evaluate(o, quiet).noise_ceiling_r2.value();
  };
  const double r2 = ceiling(1);
  CHECK(std::isfinite(r2));
  CHECK(ceiling(3) == doctest::Approx(r2));
}

TEST_CASE("what holds out nothing that can be scored is refused when it is trained, and when it is evaluated") {
  data::Dataset d = scene().dataset;
  data::Soundings east;
  for (size_t i = 0; i < d.soundings.size(); ++i)
    if (d.soundings.longitude[i] > 0.8) east.append(d.soundings, i);
  d.soundings = east;
  data::write_dataset(scene().directory / "east.h5", d);
  TrainOptions o = training(scene().directory, "none");
  o.dataset = scene().directory / "east.h5";
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "--test columns:0/3", "0 soundings", "blocks:auto:0/4");
  CHECK_FALSE(std::filesystem::exists(o.run_directory));
  CHECK_THROWS_NAMING(UsageError, check_held_out(o, d, {"columns:2/3", "columns:0/3"}), "--test columns:0/3");

  EvaluateOptions e = scene().evaluation("run", "nothing.h5");
  e.independent = true;
  d = scene().changed([](data::Dataset& other) { move_east(other, 5); });
  const data::Soundings all = d.soundings;
  d.soundings = {};
  d.soundings.append(all, 7);
  data::write_dataset(scene().directory / "nothing.h5", d);
  CHECK_THROWS_NAMING(UsageError, evaluate(e, quiet), "run", "too few");
}

TEST_CASE("a share of validation that holds no sounding is said, with a cure") {
  data::Dataset d = scene().dataset;
  data::Soundings west;
  for (size_t i = 0; i < d.soundings.size(); ++i)
    if (d.soundings.longitude[i] < 1.4) west.append(d.soundings, i);
  d.soundings = west;
  data::write_dataset(scene().directory / "west.h5", d);
  TrainOptions o = training(scene().directory, "last-epoch");
  o.dataset = scene().directory / "west.h5";
  const std::string said = test::captured_stderr([&] { train(o, quiet); });
  CHECK(test::contains(said, "--validation 0.1: 0 soundings validate"));
  CHECK(std::isfinite(evaluate(scene().evaluation("last-epoch", "west.h5"), quiet).runs[0].metrics.r2));
}
