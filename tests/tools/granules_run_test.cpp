#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/resample.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "data/formats/raster_reader.hpp"
#include "program.hpp"
#include "sanitized.hpp"
#include "thrown.hpp"

using namespace unetsr;
namespace fs = std::filesystem;

namespace {

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace

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
         "unet:widths=8-16,bottleneck=16", "--epochs", "2", "--batch", "2", "--patch", "24", "--buffer",
         supervision == "footprints" ? "8"
         : supervision == "wald"     ? "12"
                                     : "24",
         "-q"});
    run({"evaluate", path("scene.h5"), path(supervision), path("report-" + supervision), "-q"});
    run({"evaluate", path("scene.h5"), path(supervision), path("truth-" + supervision), "--truth", truth, "-q"});
    for (const char* kind : {"report-", "truth-"}) {
      const auto metrics = nlohmann::json::parse(test::read_file(path(kind + supervision + "/metrics.json")));
      const auto& scores = metrics["runs"][supervision];
      CHECK(std::isfinite(scores["rmse"].get<double>()));
      CHECK(scores["cells"].get<int>() > 100);
      for (const char* baseline : {"coarse", "bilinear", "bicubic", "nirv", "evi"})
        CHECK(scores["baselines"].contains(baseline));
      // Wald's blocks of this small scene are too few to fit to.
      if (supervision != "wald" || kind == std::string("truth-"))
        for (const char* baseline : {"linear-residual", "gwr-residual", "trees-residual", "atprk"})
          CHECK(scores["baselines"].contains(baseline));
    }
    const auto metrics = nlohmann::json::parse(test::read_file(path("truth-" + supervision + "/metrics.json")));
    const std::vector<std::string> quick = {"--draws", "1", "-q"};
    for (const std::string kind : {"report-", "truth-"}) {
      if (test::address_sanitizer && kind == "truth-" && supervision != "footprints") continue;
      std::vector<std::string> explain = {"explain", path("scene.h5"), path(supervision),
                                          path("why-" + kind + supervision)};
      explain.insert(explain.end(), quick.begin(), quick.end());
      if (kind == "truth-") explain.insert(explain.end(), {"--truth", truth});
      run(explain);
      const auto explained =
          nlohmann::json::parse(test::read_file(path("why-" + kind + supervision + "/importance.json")));
      const auto scores =
          nlohmann::json::parse(test::read_file(path(kind + supervision + "/metrics.json")))["runs"][supervision];
      CHECK(explained["scored_against"] == (kind == "truth-"              ? "truth"
                                            : supervision == "footprints" ? "soundings"
                                                                          : "target"));
      // evaluate leaves away what a baseline has no value for.
      CHECK(explained["cells"].get<double>() >= scores["cells"].get<double>());
      // It explains what the network makes, before soundings correct it.
      if (supervision != "footprints")
        CHECK(explained["rmse"].get<double>() == doctest::Approx(scores["rmse"].get<double>()).epsilon(0.02));
      CHECK(explained["integrated_gradients"]["gap"].get<double>() < 0.01);
      CHECK(explained["features"].size() > 7);
    }
    const auto& baselines = metrics["runs"][supervision]["baselines"];
    CHECK(baselines["nirv"]["rmse"].get<double>() < baselines["bilinear"]["rmse"].get<double>());
  }
  run({"predict", path("scene.h5"), path("footprints"), path("map.tif"), "--conserve", "none", "-q"});
  const data::Raster map = data::read_raster(path("map.tif"));
  CHECK(map.grid.rows == 192);
  CHECK(data::offset_of(map.grid, data::read_raster(path("scene/truth/truth_2019-05-25.tif")).grid) ==
        data::Cell{0, 0});

  // The same map, made to give back what was measured.
  const data::Dataset dataset = data::read_dataset(path("scene.h5"));
  const auto conserved = [&](const std::string& kind, const std::string& threads, const std::string& block) {
    const std::string out = path(kind + threads + ".tif");
    const test::Outcome told = run({"predict", path("scene.h5"), path("footprints"), out, "--conserve", kind,
                                    "--threads", threads, "--block", block});
    CHECK(test::contains(told.error, kind + " 2019-05-25: "));
    return data::on_grid(data::read_raster(out), dataset.grid, data::Resampling::nearest);
  };
  const std::vector<float> plain = data::on_grid(map, dataset.grid, data::Resampling::nearest),
                           footprints = conserved("footprints", "1", "512"), blocks = conserved("blocks", "1", "512");
  CHECK(same_bits(conserved("footprints", "2", "512"), footprints));
  CHECK(same_bits(conserved("blocks", "2", "512"), blocks));
  const data::SoundingCells soundings(dataset);
  double before = 0, after = 0;
  for (size_t i = 0; i < soundings.size(); ++i)
    if (const double mean = soundings.mean(i, plain); !std::isnan(mean)) {
      const auto& s = soundings[i];
      before += std::pow((mean - double(s.sif)) / double(s.error), 2);
      after += std::pow((soundings.mean(i, footprints) - double(s.sif)) / double(s.error), 2);
    }
  CHECK(after < before);
  const std::vector<float> means = data::block_mean(blocks, dataset.shape(), dataset.coarse_factor);
  const data::Dataset coarse = dataset.coarse();
  int64_t same = 0;
  for (size_t b = 0; b < means.size(); ++b)
    if (const float sif = coarse.values("sif")[b]; !std::isnan(means[b]) && !std::isnan(sif)) {
      CHECK(std::abs(means[b] - sif) < 1e-6f);
      ++same;
    }
  CHECK(same > 1000);

  run({"evaluate", path("scene.h5"), path("footprints"), path("conserved"), "--truth", truth, "--conserve",
       "none,blocks", "-q"});
  const auto metrics = nlohmann::json::parse(test::read_file(path("conserved/metrics.json")))["runs"]["footprints"];
  for (const char* kind : {"none", "blocks"}) {
    CHECK(metrics["conserved"][kind]["cells"] == metrics["cells"]);
    CHECK(metrics["conserved"][kind]["rmse"] != metrics["rmse"]);
  }
  const test::Outcome untold =
      test::run_program({"evaluate", path("scene.h5"), path("wald"), path("x"), "--conserve", "blocks", "-q"});
  CHECK(untold.code == 2);
  CHECK(test::contains(untold.error, "--truth"));

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
