#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "data/formats/raster_reader.hpp"
#include "one_channel_scene.hpp"
#include "program.hpp"
#include "thrown.hpp"

using namespace unetsr;
using test::check_fails, test::contains, test::joined, test::succeeds;
namespace fs = std::filesystem;

namespace {

// One trained run; made once.
class Scene : public test::OneChannelDirectory {
 public:
  Scene() { train("run", {"--epochs", "30"}); }
  void train(const std::string& name, const std::vector<std::string>& options) const {
    std::vector<std::string> arguments = {"train", path("scene.h5"),  path(name), "--model", "sifnet-small", "--patch",
                                          "16",    "--learning-rate", "0.01",     "-q"};
    if (std::find(options.begin(), options.end(), "--protocol") == options.end())
      arguments.insert(arguments.end(), {"--features", "useless,ndvi", "--batch", "4", "--buffer", "3"});
    if (std::find(options.begin(), options.end(), "--test") == options.end())
      arguments.insert(arguments.end(), {"--test", "columns:0/4"});
    succeeds(joined(arguments, options));
  }
  std::vector<std::string> explain(const std::string& out, const std::vector<std::string>& options = {}) const {
    return joined({"explain", path("scene.h5"), path("run"), path(out)}, options);
  }
  nlohmann::json importance(const std::string& out) const { return json(out + "/importance.json"); }
};

const Scene& scene() {
  static const Scene once;
  return once;
}

}  // namespace

TEST_CASE("explain puts the channel that makes the target first, and the useless one at 0 within its spread") {
  const test::Outcome done = succeeds(scene().explain("out"));
  CHECK(done.out == "");
  CHECK(contains(done.error, "permuted input  RMSE rises by"));
  CHECK(contains(done.error, "\nndvi "));
  const nlohmann::json json = scene().importance("out");
  CHECK(json["scored_against"] == "target");
  CHECK(json["cells"].get<int>() > 500);
  CHECK(json["r2"].get<double>() > 0.5);
  const auto& features = json["features"];
  REQUIRE(features.size() == 2);
  CHECK(features[0]["feature"] == "ndvi");
  CHECK(features[0]["rmse_rise"].get<double>() > 0.05);
  CHECK(features[0]["rmse_rise"].get<double>() > 10 * features[0]["rmse_rise_sd"].get<double>());
  CHECK(features[0]["r2_fall"].get<double>() > 0.1);
  CHECK(features[1]["feature"] == "useless");
  CHECK(std::abs(features[1]["rmse_rise"].get<double>()) <
        std::max(0.002, 2 * features[1]["rmse_rise_sd"].get<double>()));
  CHECK(features[0]["mean_absolute_attribution"].get<double>() >
        5 * features[1]["mean_absolute_attribution"].get<double>());
  CHECK(json["integrated_gradients"]["gap"].get<double>() < 0.01);
  CHECK(json["integrated_gradients"]["cells"] == json["cells"]);

  const std::string csv = test::read_file(scene().path("out/importance.csv"));
  CHECK(csv.starts_with("feature,channels,rmse_rise,"));
  CHECK(contains(csv, "\nndvi,ndvi,0."));
  const std::string page = test::read_file(scene().path("out/report.html"));
  for (const char* section : {"importance", "attribution", "limits", "provenance"})
    CHECK(contains(page, "<section id=\"" + std::string(section) + "\">"));
  CHECK(!contains(page, "class=\"not-available\""));

  // Two windows of two channels; the mean over the held-out cells is that of the table.
  double sum = 0;
  for (const int band : {1, 2, 3, 4}) {
    const data::Raster raster = data::read_raster(scene().path("out/attributions.tif"), band);
    CHECK(raster.grid.rows == 40);
    if (band % 2 == 0)
      for (const float v : raster.values)
        if (!std::isnan(v)) sum += double(std::abs(v));
  }
  CHECK(sum / json["cells"].get<double>() ==
        doctest::Approx(features[0]["mean_absolute_attribution"].get<double>()).epsilon(1e-4));
}

TEST_CASE("explain is the same at any number of threads, and replaces nothing unasked") {
  const auto with = [](const std::string& threads, const std::vector<std::string>& more) {
    return joined({"--draws", "2", "--steps", "4", "-q", "--threads", threads}, more);
  };
  succeeds(scene().explain("one", with("1", {})));
  succeeds(scene().explain("three", with("3", {"--format", "netCDF"})));
  for (const char* file : {"importance.csv", "importance.json"})
    CHECK(test::read_file(scene().path(std::string("one/") + file)) ==
          test::read_file(scene().path(std::string("three/") + file)));
  CHECK(fs::exists(scene().path("three/attributions.nc")));
  check_fails(scene().explain("one", with("1", {})), 2, {"importance.csv", "--overwrite"});
  succeeds(scene().explain("one", with("1", {"--overwrite", "--seed", "5", "--window", "10_JUNE_25_JUNE"})));
  const nlohmann::json json = scene().importance("one");
  CHECK(json["windows"] == nlohmann::json::array({"10_JUNE_25_JUNE"}));
  CHECK(json["cells"].get<int>() < scene().importance("three")["cells"].get<int>());
}

TEST_CASE("evaluate --importance tells what explain tells") {
  succeeds({"evaluate", scene().path("scene.h5"), scene().path("run"), scene().path("report"), "--importance", "-q"});
  succeeds(scene().explain("again", {"--steps", "1", "-q"}));
  const nlohmann::json metrics = scene().json("report/metrics.json");
  const auto& importance = metrics["runs"]["run"]["importance"];
  REQUIRE(importance.size() == 2);
  const auto again = scene().importance("again");
  for (const auto& f : again["features"])
    CHECK(importance[f["feature"].get<std::string>()]["rmse_rise"] == f["rmse_rise"]);
  CHECK(contains(test::read_file(scene().path("report/report.html")), "<section id=\"importance\">"));
}

TEST_CASE("what cannot be explained is told in one line") {
  check_fails({"explain", scene().path("scene.h5"), scene().path("run")}, 2, {"OUT_DIR"});
  check_fails({"explain", scene().path("scene.h5"), scene().path("none"), scene().path("x")}, 2, {"none"});
  check_fails({"explain", scene().path("none.h5"), scene().path("run"), scene().path("x")}, 1, {"none.h5"});
  check_fails(scene().explain("x", {"--window", "1999-01-01"}), 2, {"1999-01-01", "10_JUNE_25_JUNE"});
  check_fails(scene().explain("x", {"--truth", "truth_{window}.tif"}), 2, {"--truth"});
  check_fails(scene().explain("x", {"--format", "PNG"}), 2, {"PNG"});
  check_fails(scene().explain("x", {"--draws", "0"}), 2, {"--draws"});
  check_fails(scene().explain("x", {"--steps", "0"}), 2, {"--steps"});
  check_fails(scene().explain("x", {"--block", "0"}), 2, {"--block"});
  scene().train("window", {"--epochs", "1", "--test", "window:0"});
  check_fails(
      {"explain", scene().path("scene.h5"), scene().path("window"), scene().path("x"), "--window", "10_JUNE_25_JUNE"},
      2, {"window", "no cell", "10_JUNE_25_JUNE"});
  scene().train("paper", {"--epochs", "1", "--protocol", "paper", "--batch", "160"});
  check_fails({"explain", scene().path("scene.h5"), scene().path("paper"), scene().path("x")}, 2,
              {"paper", "--protocol honest"});
  // A run that is stopped half way.
  fs::copy(scene().path("run"), scene().path("stopped"));
  const std::string history = test::read_file(scene().path("stopped/history.jsonl"));
  test::write_file(scene().path("stopped/history.jsonl"), history.substr(0, history.find('\n') + 1));
  fs::remove(scene().path("stopped/finished.json"));
  check_fails({"explain", scene().path("scene.h5"), scene().path("stopped"), scene().path("x")}, 1,
              {"stopped", "1 of 30 epochs"});
  CHECK(!fs::exists(scene().path("x")));
}
