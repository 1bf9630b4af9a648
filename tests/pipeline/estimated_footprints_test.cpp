#include <doctest/doctest.h>

#include <cmath>

#include "data/dataset/dataset_file.hpp"
#include "data/footprints/footprint.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "nn/checkpoint.hpp"
#include "pipeline/maps/footprints_file.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/footprint_protocol.hpp"
#include "pipeline/train/run_files.hpp"
#include "pipeline/train/train.hpp"
#include "sounding_scene.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;
using namespace unetsr::test;

namespace {

const Output quiet(Output::Mode::quiet);

// Corners that lie so far to the west of where was measured.
data::Dataset displaced_scene(double km) {
  data::Dataset d = scene_of_soundings(0.1);
  for (auto& longitudes : d.soundings.longitudes)
    for (double& longitude : longitudes) longitude -= km / data::km_per_degree;
  return d;
}

HonestOptions protocol_options(bool estimate) {
  HonestOptions o{{"ndvi"}, "columns:0/3", 24, 0, 1, "ndvi"};
  o.estimate_footprints = estimate;
  return o;
}

TrainOptions training(const TemporaryDirectory& directory, const std::string& dataset, FootprintPlaces footprints) {
  TrainOptions o;
  o.dataset = directory / dataset;
  o.run_directory = directory / (dataset + to_string(footprints));
  o.model = "unet:widths=4-8,bottleneck=8";
  o.features = std::vector<std::string>{"ndvi"};
  o.first_guess = "ndvi";
  o.test = "columns:0/3";
  o.patch = 16, o.batch = 4, o.epochs = 2;
  o.footprints = footprints;
  return o;
}

double test_rmse(const FootprintProtocol& protocol, const data::Dataset& d) {
  const auto map = [&](const data::Dataset&, const auto&) {
    std::vector<float> sif(d.values("ndvi").begin(), d.values("ndvi").end());
    for (float& v : sif) v *= float(slope);
    return sif;
  };
  return protocol.comparison().score(data::Role::test, map, SoundingComparison::Sky::clear).rmse;
}

}  // namespace

TEST_CASE("Displaced footprints are laid where they were measured, in training and for test soundings") {
  const data::Dataset d = displaced_scene(1.5);
  const FootprintProtocol delivered(d, protocol_options(false)), estimated(d, protocol_options(true));
  REQUIRE_FALSE(estimated.footprints().orbits.empty());
  for (const data::OrbitDisplacement& o : estimated.footprints().orbits)
    CHECK(std::hypot(o.displacement.east - 1.5, o.displacement.north) < 0.3);
  CHECK(test_rmse(estimated, d) < 0.5 * test_rmse(delivered, d));
  // No sounding trains or tests on cells of another role.
  const SoundingComparison& c = estimated.comparison();
  CHECK(c.count(data::Role::train) <= delivered.comparison().count(data::Role::train));
  CHECK(c.count(data::Role::test) <= delivered.comparison().count(data::Role::test));
  CHECK(c.count(data::Role::test) > 0);
  for (size_t i = 0; i < c.soundings().size(); ++i)
    if (c.roles()[i] == data::Role::train)
      for (const int32_t cell : c.soundings().cells(i))
        CHECK(c.split().roles[size_t(c.soundings()[i].window * (side / factor) * (side / factor) +
                                     cell / side / factor * (side / factor) + cell % side / factor)] ==
              data::Role::train);
}

TEST_CASE("Maps of all estimates are scored on the same soundings in the same order") {
  const data::Dataset d = displaced_scene(1.5);
  const FootprintProtocol delivered(d, protocol_options(false)), estimated(d, protocol_options(true));
  const auto none = [&](const data::Dataset&, const auto&) { return std::vector<float>(size_t(d.shape().size()), 1); };
  const auto a = delivered.comparison().scored(data::Role::test, none, SoundingComparison::Sky::clear),
             b = estimated.comparison().scored(data::Role::test, none, SoundingComparison::Sky::clear);
  CHECK(a.soundings == b.soundings);
  CHECK(a.measured == b.measured);
}

TEST_CASE("A run keeps its estimate; where nothing is displaced it trains the same bytes as without one") {
  const TemporaryDirectory directory;
  data::write_dataset(directory / "exact.h5", scene_of_soundings(0.3));
  data::write_dataset(directory / "displaced.h5", displaced_scene(1.5));
  const auto trained = [&](const std::string& dataset, FootprintPlaces footprints) {
    const TrainOptions o = training(directory, dataset, footprints);
    train(o, quiet);
    return o.run_directory;
  };
  const auto parameters = [](const auto& run) { return nn::Checkpoint::load(RunFiles{run}.last()).parameters; };
  const auto exact = trained("exact.h5", FootprintPlaces::estimated),
             exact_as_delivered = trained("exact.h5", FootprintPlaces::as_delivered);
  CHECK(parameters(exact) == parameters(exact_as_delivered));
  CHECK(open_run(exact).footprints.as_delivered());
  CHECK(std::filesystem::exists(RunFiles{exact}.footprints()));
  CHECK_FALSE(std::filesystem::exists(RunFiles{exact_as_delivered}.footprints()));

  const auto displaced = trained("displaced.h5", FootprintPlaces::estimated);
  const FinishedRun run = open_run(displaced);
  CHECK(run.footprints.mean_displacement() == doctest::Approx(1.5).epsilon(0.15));
  CHECK(parameters(displaced) != parameters(trained("displaced.h5", FootprintPlaces::as_delivered)));
  CHECK(test::contains(footprints_in_words(run.footprints), "root mean square of 12 orbits"));
}

TEST_CASE("footprints.json comes back as it was written; what is none is refused") {
  const TemporaryDirectory directory;
  const auto file = directory / "footprints.json";
  CHECK(read_footprints(file).as_delivered());
  const data::FootprintEstimate estimate{1.38, {{10, 20, {0.5, -1.25}, {0.1, 0.2}}, {5000, 5100, {1, 2}, {0.3, 0.4}}}};
  write_footprints(file, estimate);
  const data::FootprintEstimate same = read_footprints(file);
  CHECK(same.width == estimate.width);
  REQUIRE(same.orbits.size() == 2);
  CHECK(same.at(15).north == -1.25);
  CHECK(same.orbits[1].deviation.east == 0.3);
  CHECK(test::contains(footprints_in_words(same), "1.38 times as wide as the corners"));
  for (const std::string wrong : {"{}", "[", "{\"width\": -1, \"orbits\": []}", "{\"width\": 1, \"orbits\": [{}]}",
                                  "{\"width\": 1, \"orbits\": [{\"first\": 9, \"last\": 10, \"east\": 0, \"north\": 0, "
                                  "\"east_deviation\": 0, \"north_deviation\": 0}, {\"first\": 1, \"last\": 2, "
                                  "\"east\": 0, \"north\": 0, \"east_deviation\": 0, \"north_deviation\": 0}]}"}) {
    CAPTURE(wrong);
    test::write_file(file, wrong);
    CHECK_THROWS_NAMING(Error, read_footprints(file), "footprints.json", "train anew");
  }
}
