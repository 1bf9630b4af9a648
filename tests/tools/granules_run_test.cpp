#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/resample.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/scores/metrics.hpp"
#include "pipeline/evaluate/evaluate.hpp"
#include "program.hpp"
#include "sanitized.hpp"
#include "thrown.hpp"

// The way of a user with granules, through the program itself.

using namespace unetsr;
using test::contains, test::joined, test::succeeds;
namespace fs = std::filesystem;

namespace {

struct Supervision {
  std::string name, buffer;
  std::string explained_against;  // where there is no truth
};
const std::vector<Supervision> supervisions = {
    {"footprints", "8", "soundings"}, {"wald", "12", "target"}, {"gridded", "24", "target"}};

// A simulated scene, prepared, with a run of each supervision; made once. What is made of a run is made when it is
// first asked for.
class Scene {
 public:
  Scene() {
    succeeds({"simulate", path("scene"), "--small", "--windows", "1", "--days", "6", "-q"});
    succeeds({"prepare", path("scene/troposif"), path("scene/mod13a2"), path("scene.h5"), "-q"});
    dataset_ = data::read_dataset(path("scene.h5"));
    for (const Supervision& s : supervisions)
      succeeds({"train", path("scene.h5"), path(s.name), "--supervision", s.name, "--model",
                "unet:widths=8-16,bottleneck=16", "--epochs", "2", "--batch", "2", "--patch", "24", "--buffer",
                s.buffer, "--test", "columns:0/4", "-q"});
  }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::string truth() const { return path("scene/truth/truth_{window}.tif"); }
  const data::Dataset& dataset() const { return dataset_; }

  std::vector<std::string> evaluate(const std::vector<std::string>& runs, const std::string& out,
                                    const std::vector<std::string>& options = {}) const {
    std::vector<std::string> arguments = {"evaluate", path("scene.h5")};
    for (const std::string& run : runs) arguments.push_back(path(run));
    return joined(joined(arguments, {path(out), "-q"}), options);
  }

  // evaluate's scores of a run, without the truth or against it.
  nlohmann::json scores(const std::string& run, bool against_truth) const {
    const std::string out = (against_truth ? "truth-" : "report-") + run;
    if (!fs::exists(path(out))) succeeds(evaluate({run}, out, against(against_truth)));
    return json(out + "/metrics.json")["runs"][run];
  }

  nlohmann::json explained(const std::string& run, bool against_truth) const {
    const std::string out = (against_truth ? "why-truth-" : "why-report-") + run;
    succeeds(joined({"explain", path("scene.h5"), path(run), path(out), "--draws", "1", "-q"}, against(against_truth)));
    return json(out + "/importance.json");
  }

  // The map of the footprint run before soundings correct it.
  const data::Raster& uncorrected() const {
    static const data::Raster map = [this] {
      succeeds({"predict", path("scene.h5"), path("footprints"), path("map.tif"), "--conserve", "none", "-q"});
      return data::read_raster(path("map.tif"));
    }();
    return map;
  }

  // The same, corrected, on the dataset's grid.
  std::vector<float> corrected(const std::string& kind, const std::string& threads) const {
    const std::string out = path(kind + threads + ".tif");
    const test::Outcome done = succeeds({"predict", path("scene.h5"), path("footprints"), out, "--conserve", kind,
                                         "--threads", threads, "--block", "512"});
    const std::string source = kind == "blocks" ? "the coarse SIF" : "soundings";
    CHECK(contains(done.error, "correction by " + source + ", window 2019-05-25:"));
    return on_grid(data::read_raster(out));
  }

  std::vector<float> on_grid(const data::Raster& raster) const {
    return data::on_grid(raster, dataset_.grid, data::Resampling::nearest);
  }

  nlohmann::json json(const std::string& name) const { return nlohmann::json::parse(test::read_file(path(name))); }

 private:
  std::vector<std::string> against(bool truth_too) const {
    return truth_too ? std::vector<std::string>{"--truth", truth()} : std::vector<std::string>{};
  }

  test::TemporaryDirectory directory_;
  data::Dataset dataset_;
};

const Scene& scene() {
  static const Scene once;
  return once;
}

// Also where both are missing.
bool same_map(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](float x, float y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// The sum of squared differences from the soundings, each in its errors, over those that have a mean on `where` too.
double chi_squared(const std::vector<float>& map, const std::vector<float>& where) {
  const data::SoundingCells soundings(scene().dataset());
  double sum = 0;
  for (size_t i = 0; i < soundings.size(); ++i)
    if (!std::isnan(soundings.mean(i, where)))
      sum += std::pow((soundings.mean(i, map) - double(soundings[i].sif)) / double(soundings[i].error), 2);
  return sum;
}

}  // namespace

TEST_CASE("evaluate scores each supervision beside its baselines, with and without the truth") {
  for (const Supervision& s : supervisions)
    for (const bool against_truth : {false, true}) {
      CAPTURE(s.name);
      CAPTURE(against_truth);
      const nlohmann::json scores = scene().scores(s.name, against_truth);
      CHECK(std::isfinite(scores["rmse"].get<double>()));
      CHECK(scores["cells"].get<int>() > 100);
      for (const char* baseline : {"coarse", "bilinear", "bicubic", "nirv", "evi"})
        CHECK(scores["baselines"].contains(baseline));
      if (s.name == "wald" && !against_truth) continue;  // whose blocks in this small scene are too few to fit to
      for (const char* baseline : {"linear-residual", "gwr-residual", "trees-residual", "atprk"})
        CHECK(scores["baselines"].contains(baseline));
      if (s.name != "footprints" && !against_truth) continue;  // the target is made of what would correct them
      for (const auto& [name, metrics] : scores["baselines"].items()) {
        CAPTURE(name);
        CHECK(metrics["cells"] == scores["cells"]);
        if (contains(name, "corrected")) continue;
        CHECK(scores["baselines"].contains(name + ", corrected by soundings"));
      }
      CHECK(scores["baselines"].contains("footprint-regression"));
      CHECK(scores["baselines"].contains("first-guess, corrected by soundings"));
      CHECK(scores["conserved"].size() == 1);
      CHECK(scores["conserved"].contains(s.name == "footprints" ? "none" : "footprints"));
    }
}

TEST_CASE("the page draws the best baseline's map, whatever corrects it") {
  pipeline::EvaluateOptions o;
  o.dataset = scene().path("scene.h5");
  o.runs = {scene().path("footprints")};
  o.out_directory = scene().path("best");
  o.truth = scene().truth();
  const pipeline::report::EvaluateReport report =
      pipeline::evaluate(o, pipeline::Output(pipeline::Output::Mode::quiet));
  const pipeline::report::PooledEntry* best = best_baseline(report);
  REQUIRE(best);
  // Its RMSE on the held-out cells is that of the tables.
  std::vector<float> there = report.best_baseline_map;
  for (size_t i = 0; i < there.size(); ++i)
    if (std::isnan(report.runs[0].prediction[i])) there[i] = NAN;
  CHECK(data::score(there, report.target).rmse == doctest::Approx(best->metrics.rmse));
}

TEST_CASE("against the truth, distributing SIF by NIRv is better than interpolating it") {
  for (const Supervision& s : supervisions) {
    CAPTURE(s.name);
    const nlohmann::json baselines = scene().scores(s.name, true)["baselines"];
    CHECK(baselines["nirv"]["rmse"].get<double>() < baselines["bilinear"]["rmse"].get<double>());
  }
}

TEST_CASE("explain explains the scores of evaluate") {
  for (const Supervision& s : supervisions)
    for (const bool against_truth : {false, true}) {
      if (test::address_sanitizer && against_truth && s.name != "footprints") continue;
      CAPTURE(s.name);
      CAPTURE(against_truth);
      const nlohmann::json explained = scene().explained(s.name, against_truth),
                           scores = scene().scores(s.name, against_truth);
      CHECK(explained["scored_against"] == (against_truth ? "truth" : s.explained_against));
      // evaluate omits cells for which a baseline has no value.
      CHECK(explained["cells"].get<double>() >= scores["cells"].get<double>());
      // explain takes the map before soundings correct it.
      if (s.name != "footprints")
        CHECK(explained["rmse"].get<double>() == doctest::Approx(scores["rmse"].get<double>()).epsilon(0.02));
      CHECK(explained["integrated_gradients"]["gap"].get<double>() < 0.01);
      CHECK(explained["features"].size() > 7);
    }
}

TEST_CASE("predict makes a map on the grid of the truth") {
  const data::Grid grid = scene().uncorrected().grid;
  CHECK(grid.rows == 192);
  CHECK(data::offset_of(grid, data::read_raster(scene().path("scene/truth/truth_2019-05-25.tif")).grid) ==
        data::Cell{0, 0});
}

TEST_CASE("a map corrected by footprints is nearer to the soundings; the same at any number of threads") {
  const std::vector<float> uncorrected = scene().on_grid(scene().uncorrected()),
                           corrected = scene().corrected("footprints", "1");
  CHECK(chi_squared(corrected, uncorrected) < chi_squared(uncorrected, uncorrected));
  CHECK(same_bits(scene().corrected("footprints", "2"), corrected));
}

TEST_CASE("a map corrected by blocks has the coarse SIF as their means; the same at any number of threads") {
  const data::Dataset &dataset = scene().dataset(), coarse = dataset.coarse();
  const std::vector<float> corrected = scene().corrected("blocks", "1"),
                           means = data::block_mean(corrected, dataset.shape(), dataset.coarse_factor);
  int64_t same = 0;
  for (size_t b = 0; b < means.size(); ++b)
    if (const float sif = coarse.values("sif")[b]; !std::isnan(means[b]) && !std::isnan(sif)) {
      CHECK(std::abs(means[b] - sif) < 1e-6f);
      ++same;
    }
  CHECK(same > 1000);
  CHECK(same_bits(scene().corrected("blocks", "2"), corrected));
}

TEST_CASE("the page of evaluate shows the map that predict writes, and its standard deviation, to the bit") {
  for (const Supervision& s : supervisions) {
    CAPTURE(s.name);
    const std::string written = scene().path("product-" + s.name + ".tif");
    succeeds({"predict", scene().path("scene.h5"), scene().path(s.name), written, "-q"});
    const std::vector<float> map = scene().on_grid(data::read_raster(written));
    for (const bool against_truth : {false, true}) {
      CAPTURE(against_truth);
      pipeline::EvaluateOptions o;
      o.dataset = scene().path("scene.h5");
      o.runs = {scene().path(s.name)};
      o.out_directory = scene().path((against_truth ? "shown-truth-" : "shown-") + s.name);
      if (against_truth) o.truth = scene().truth();
      const pipeline::report::EvaluateReport shown =
          pipeline::evaluate(o, pipeline::Output(pipeline::Output::Mode::quiet));
      CHECK(shown.map_grid == scene().dataset().grid);
      CHECK(same_map(shown.runs[0].map, map));
      CHECK(shown.runs[0].deviation.empty() == (s.name != "footprints"));
      if (s.name == "footprints")
        CHECK(same_map(shown.runs[0].deviation, scene().on_grid(data::read_raster(written, 2))));
    }
  }
}

TEST_CASE("evaluate --conserve scores other corrections on the same cells") {
  succeeds(scene().evaluate({"footprints"}, "conserved", {"--truth", scene().truth(), "--conserve", "none,blocks"}));
  const nlohmann::json scores = scene().json("conserved/metrics.json")["runs"]["footprints"];
  for (const char* kind : {"none", "blocks"}) {
    CHECK(scores["conserved"][kind]["cells"] == scores["cells"]);
    CHECK(scores["conserved"][kind]["rmse"] != scores["rmse"]);
  }
}

TEST_CASE("evaluate --fill scores filled test cells, and needs a truth") {
  succeeds(scene().evaluate({"footprints"}, "filled", {"--truth", scene().truth(), "--fill"}));
  const nlohmann::json run = scene().json("filled/metrics.json")["runs"]["footprints"];
  const nlohmann::json &network = run["filled"]["dense network"], &mean = run["filled"]["mean of the window"];
  CHECK(network["cells"] > 50);
  CHECK(network["cells"] == mean["cells"]);
  CHECK(network["rmse"] < 0.8 * double(mean["rmse"]));
  CHECK(run["rmse"] == scene().scores("footprints", true)["rmse"]);
  const test::Outcome refused = test::run_program(scene().evaluate({"footprints"}, "x", {"--fill"}));
  CHECK(refused.code == 2);
  CHECK(contains(refused.error, "--truth"));
}

TEST_CASE("evaluate --compare scores maps of others on the same cells and soundings") {
  const std::string other = "other=" + scene().truth();
  for (const bool against_truth : {true, false}) {
    CAPTURE(against_truth);
    const std::string out = against_truth ? "compared-truth" : "compared";
    std::vector<std::string> options = {"--compare", other};
    if (against_truth) options = joined(options, {"--truth", scene().truth()});
    succeeds(scene().evaluate({"footprints"}, out, options));
    const nlohmann::json run = scene().json(out + "/metrics.json")["runs"]["footprints"],
                         &map = run["baselines"]["other"];
    CHECK(map["cells"] == run["cells"]);
    // The truth itself is the best of all maps.
    for (const auto& [name, metrics] : run["baselines"].items())
      if (name != "other") CHECK(map["rmse"] < metrics["rmse"]);
    CHECK((map["rmse"] == 0) == against_truth);
  }
  succeeds(scene().evaluate({"wald"}, "compared-wald", {"--compare", other}));
  CHECK(scene().json("compared-wald/metrics.json")["runs"]["wald"]["baselines"].contains("other"));
  const test::Outcome taken =
      test::run_program(scene().evaluate({"wald"}, "x", {"--compare", "nirv=" + scene().truth()}));
  CHECK(taken.code == 2);
  CHECK(contains(taken.error, "another map is called nirv"));
}

TEST_CASE("evaluate --conserve needs a truth") {
  const test::Outcome refused = test::run_program(scene().evaluate({"wald"}, "x", {"--conserve", "blocks"}));
  CHECK(refused.code == 2);
  CHECK(contains(refused.error, "--truth"));
  CHECK(!fs::exists(scene().path("x")));
}

TEST_CASE("runs of different supervision are scored together against the truth alone") {
  const std::vector<std::string> runs = {"footprints", "wald"};
  const test::Outcome refused = test::run_program(scene().evaluate(runs, "mixed"));
  CHECK(refused.code == 2);
  CHECK(contains(refused.error, "evaluate them apart"));
  succeeds(scene().evaluate(runs, "mixed", {"--truth", scene().truth()}));
}

TEST_CASE("a truth that is not there is an error that names its file, and nothing is written") {
  const test::Outcome missing =
      test::run_program(scene().evaluate({"wald"}, "x", {"--truth", scene().path("nothing_{window}.tif")}));
  CHECK(missing.code == 1);
  CHECK(contains(missing.error, "nothing_2019-05-25.tif"));
  CHECK(!fs::exists(scene().path("x")));
}
