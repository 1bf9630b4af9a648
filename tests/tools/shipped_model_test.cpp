#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "data/dataset/scales.hpp"
#include "data/footprints/cloud_shielding.hpp"
#include "data/formats/raster_reader.hpp"
#include "pipeline/maps/levels.hpp"
#include "pipeline/models/shipped_models.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/sounding_comparison.hpp"
#include "program.hpp"

using namespace unetsr;
using test::contains;
using test::succeeds;

namespace {

// A small simulated scene that no model was trained on; made once.
struct Scene {
  Scene() {
    succeeds({"simulate", path("scene"), "--small", "--seed", "77", "--days", "8", "-q"});
    succeeds({"prepare", path("scene/troposif"), path("scene/mod13a2"), path("scene.h5"), "-q"});
  }
  std::string path(const std::string& name) const { return (directory / name).string(); }
  data::Raster truth() const { return data::read_raster(path("scene/truth/truth_2019-05-25.tif")); }

  test::TemporaryDirectory directory;
};

const Scene& scene() {
  static const Scene once;
  return once;
}

double rmse(std::span<const float> map, std::span<const float> truth) {
  double squares = 0, count = 0;
  for (size_t i = 0; i < truth.size(); ++i)
    if (!std::isnan(map[i]) && !std::isnan(truth[i]))
      squares += std::pow(double(map[i]) - double(truth[i]), 2), ++count;
  REQUIRE(count > 20000);
  return std::sqrt(squares / count);
}

bool same_bits(const data::Raster& a, const data::Raster& b) {
  return a.values.size() == b.values.size() &&
         std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(float)) == 0;
}

// The first guess alone, at the level of the soundings and corrected by them.
std::vector<float> corrected_first_guess(const std::string& first_guess) {
  const data::Dataset dataset = data::read_dataset(scene().path("scene.h5"));
  const Shape coarse = dataset.coarse_shape();
  data::Split none{"", coarse.n, coarse.h, coarse.w, {}};
  none.roles.assign(size_t(coarse.pixels()), data::Role::train);
  pipeline::SoundingComparison soundings(dataset, none, {});
  const std::vector<uint8_t> all(soundings.soundings().size(), 1);
  std::vector<float> guess = pipeline::first_guess_of(data::fine_scale(dataset), first_guess);
  soundings.set_cloud_shielding(data::fit_cloud_shielding(soundings.soundings(), guess, all));
  pipeline::set_levels(guess, pipeline::fit_levels(guess, soundings.clear(), all, dataset.windows.size()).value());
  soundings.conserve(guess, all, false);
  return guess;
}

}  // namespace

TEST_CASE("each shipped model is small, says what it was trained on, and maps better than its first guess") {
  REQUIRE(!pipeline::shipped_models().empty());
  for (const pipeline::ShippedModel& model : pipeline::shipped_models()) {
    const std::string name(model.name);
    CAPTURE(name);
    CHECK(model.checkpoint.size() < 500'000);
    const nlohmann::json record = nlohmann::json::parse(model.record);
    CHECK(!record.at("trained_on").empty());
    for (const char* key : {"summary", "data", "terms", "software", "made_by", "scores"}) CHECK(record.contains(key));

    const std::string map = scene().path(name + ".tif");
    const test::Outcome done = succeeds({"predict", scene().path("scene.h5"), map, "--model", name, "--threads", "1"});
    CHECK(contains(done.error, name + ": was trained on another dataset; fitted to the soundings"));
    const std::vector<float> sif = data::read_raster(map, 1).values;
    const double own = rmse(sif, scene().truth().values),
                 guess = rmse(corrected_first_guess(record.at("first_guess")), scene().truth().values);
    CHECK_MESSAGE(own < guess, own, " against ", guess);

    const std::string again = scene().path("again.tif");
    succeeds({"predict", scene().path("scene.h5"), again, "--model", name, "--threads", "3", "--overwrite", "-q"});
    for (const int band : {1, 2}) CHECK(same_bits(data::read_raster(again, band), data::read_raster(map, band)));

    CHECK(contains(succeeds({"info", "models"}).out, name));
    CHECK(contains(succeeds({"info", name}).out, "trained_on"));
    CHECK(contains(succeeds({"predict", "--help"}).out, name));
  }
}

TEST_CASE("a shipped model is scored, and is the start of a training") {
  const std::string name(pipeline::shipped_models().front().name);
  succeeds({"evaluate", scene().path("scene.h5"), name, scene().path("report"), "--independent", "-q"});
  const nlohmann::json metrics = nlohmann::json::parse(test::read_file(scene().path("report/metrics.json")));
  CHECK(metrics.at("runs").at(name).at("r2").get<double>() > 0.3);
  succeeds({"train", scene().path("scene.h5"), scene().path("tuned"), "--from", name, "--epochs", "1", "--buffer", "4",
            "--test", "columns:0/2", "-q"});
  CHECK(contains(test::read_file(scene().path("tuned/run.toml")), "from = \"" + name + "\""));
}

TEST_CASE("what cannot be a shipped model's map is refused") {
  const std::string dataset = scene().path("scene.h5"), map = scene().path("none.tif"),
                    name(pipeline::shipped_models().front().name);
  test::check_fails({"predict", dataset, map, "--model", "sif-none"}, 2, {"sif-none", name});
  test::check_fails({"predict", dataset, "--model", name}, 2, {"OUT is missing"});
  test::check_fails({"predict", dataset, scene().path("run"), map, "--model", name}, 2,
                    {"with --model there is no RUN"});
  test::check_fails({"evaluate", dataset, name, scene().path("refused")}, 2, {"--independent"});
  CHECK_THROWS_AS(nn::Checkpoint::read(pipeline::shipped_models().front().checkpoint.substr(0, 5000), "cut"), Error);
}
