#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "data/formats/raster_reader.hpp"
#include "program.hpp"

using namespace unetsr;
namespace fs = std::filesystem;

// The way of a user with granules, through the program itself.
TEST_CASE("granules to a map: simulate, prepare, train in each way, predict, evaluate with and without the truth") {
  const test::TemporaryDirectory directory;
  const auto path = [&](const std::string& name) { return (directory / name).string(); };
  const auto run = [](const std::vector<std::string>& arguments) {
    const test::Outcome outcome = test::run_program(arguments);
    REQUIRE_MESSAGE(outcome.code == 0, outcome.error);
    return outcome;
  };
  run({"simulate", path("scene"), "--small", "--windows", "1", "--days", "6", "-q"});
  run({"prepare", path("scene/troposif"), path("scene/mod13a2"), path("scene.h5"), "-q"});
  const std::string truth = path("scene/truth/truth_{window}.tif");
  for (const std::string supervision : {"footprints", "wald", "gridded"}) {
    CAPTURE(supervision);
    run({"train", path("scene.h5"), path(supervision), "--supervision", supervision, "--model",
         "unet:widths=8-16,bottleneck=16", "--epochs", "2", "--batch", "2", "--patch", "24", "-q"});
    run({"evaluate", path("scene.h5"), path(supervision), path("report-" + supervision), "-q"});
    run({"evaluate", path("scene.h5"), path(supervision), path("truth-" + supervision), "--truth", truth, "-q"});
    for (const char* kind : {"report-", "truth-"}) {
      const auto metrics = nlohmann::json::parse(test::read_file(path(kind + supervision + "/metrics.json")));
      const auto& scores = metrics["runs"][supervision];
      CHECK(std::isfinite(scores["rmse"].get<double>()));
      CHECK(scores["cells"].get<int>() > 100);
      CHECK(scores["baselines"].size() >= 3);
    }
    const auto metrics = nlohmann::json::parse(test::read_file(path("truth-" + supervision + "/metrics.json")));
    const auto& baselines = metrics["runs"][supervision]["baselines"];
    CHECK(baselines["nirv"]["rmse"].get<double>() < baselines["bilinear"]["rmse"].get<double>());
  }
  run({"predict", path("scene.h5"), path("footprints"), path("map.tif"), "-q"});
  const data::Raster map = data::read_raster(path("map.tif"));
  CHECK(map.grid.rows == 192);
  CHECK(data::offset_of(map.grid, data::read_raster(path("scene/truth/truth_2019-05-25.tif")).grid) ==
        data::Cell{0, 0});

  const test::Outcome mixed =
      test::run_program({"evaluate", path("scene.h5"), path("footprints"), path("wald"), path("mixed"), "-q"});
  CHECK(mixed.code == 2);
  CHECK(mixed.error.find("evaluate them apart") != std::string::npos);
  run({"evaluate", path("scene.h5"), path("footprints"), path("wald"), path("mixed"), "--truth", truth, "-q"});
  const test::Outcome missing = test::run_program(
      {"evaluate", path("scene.h5"), path("wald"), path("x"), "--truth", path("nothing_{window}.tif"), "-q"});
  CHECK(missing.code == 1);
  CHECK(missing.error.find("nothing_2019-05-25.tif") != std::string::npos);
  CHECK(!fs::exists(path("x")));
}
