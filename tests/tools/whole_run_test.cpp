#include <doctest/doctest.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include "data/dataset/dataset_file.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "pipeline/train/history.hpp"
#include "program.hpp"
#include "simulated_tables.hpp"

using namespace unetsr;

namespace {

namespace fs = std::filesystem;

void write_scene(const test::TemporaryDirectory& directory) {
  fs::create_directory(directory / "tables");
  data::write_simulated_tables(directory / "tables");
  data::write_dataset(directory / "scene.h5", data::dataset_from_tables(data::find_table_pairs(directory / "tables")));
}

}  // namespace

TEST_CASE("a training that is killed and resumed ends with the same bytes as one left alone") {
  const test::TemporaryDirectory directory;
  write_scene(directory);
  const std::string scene = (directory / "scene.h5").string();
  const auto arguments = [&](const std::string& name) {
    return std::vector<std::string>{"train",
                                    scene,
                                    (directory / name).string(),
                                    "--model",
                                    "unet:widths=8-16,bottleneck=16",
                                    "--patch",
                                    "16",
                                    "--batch",
                                    "4",
                                    "--epochs",
                                    "30"};
  };
  const test::Outcome alone = test::run_program(arguments("alone"));
  REQUIRE_MESSAGE(alone.code == 0, alone.error);

  test::Program killed(arguments("killed"));
  const fs::path history = directory / "killed" / "history.jsonl";
  killed.wait_until([&] { return fs::exists(history) && pipeline::read_history(history).size() >= 10; });
  killed.signal(SIGKILL);
  CHECK(killed.wait() == 128 + SIGKILL);
  REQUIRE(pipeline::read_history(history).size() < 30);

  std::vector<std::string> again = arguments("killed");
  again.push_back("--resume");
  const test::Outcome resumed = test::run_program(again);
  CHECK_MESSAGE(resumed.code == 0, resumed.error);
  CHECK(pipeline::read_history(history).size() == 30);
  for (const char* file : {"last.h5", "best.h5"})
    CHECK(test::read_file(directory / "alone" / file) == test::read_file(directory / "killed" / file));
}

// Under the sanitizers these trainings take too long; what they are made of is tested there piece by piece.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("reproduce and evaluate write whole tables and pages, and finish what they began") {
  const test::TemporaryDirectory directory;
  write_scene(directory);
  const std::string tables = (directory / "tables").string(), out = (directory / "out").string();
  const test::Outcome first = test::run_program({"reproduce", tables, out, "--quick", "--epochs", "1"});
  REQUIRE_MESSAGE(first.code == 0, first.error);
  const auto metrics = nlohmann::json::parse(test::read_file(directory / "out" / "metrics.json"));
  for (const char* model : {"unet", "paper-cnn", "coarse", "linear"})
    for (const char* score : {"r2", "mae", "rmse"}) {
      CAPTURE(model);
      REQUIRE(metrics["paper"][model][score].size() == 1);
      CHECK(std::isfinite(metrics["paper"][model][score][0].get<double>()));
    }
  for (const char* model : {"unet", "sifnet-small", "paper-cnn", "coarse", "linear", "linear-5x5", "linear-7x7"})
    for (const char* score : {"r2", "mae", "rmse"}) CHECK(std::isfinite(metrics["honest"][model][score].get<double>()));
  // A seed's crops are one of the draws.
  const auto& draws = metrics["paper"]["draws_of_crops"]["coarse"];
  CHECK(draws["draws"] == 200);
  CHECK(draws["r2_sd"].get<double>() > 0);
  CHECK(std::abs(draws["r2"].get<double>() - metrics["paper"]["coarse"]["r2"][0].get<double>()) <
        5 * draws["r2_sd"].get<double>());
  CHECK(metrics["audit"]["shared_pixel_fraction"].get<double>() > 0.99);
  CHECK(metrics["audit"]["linear_leak_r2"].get<double>() > 0.9);
  CHECK(metrics["honest"]["training_cells_near_test"] == 0);
  CHECK(metrics["honest_windows"].size() == 2);
  const std::string page = test::read_file(directory / "out" / "report.html");
  CHECK(page.find("LEAKY") != std::string::npos);

  const test::Outcome refused = test::run_program({"reproduce", tables, out, "--quick", "--epochs", "1"});
  CHECK(refused.code == 2);
  CHECK(refused.error.find("--overwrite") != std::string::npos);

  // What a second run finds finished, it does not train again: the same scores in no time.
  fs::remove(directory / "out" / "metrics.json");
  fs::remove(directory / "out" / "report.html");
  REQUIRE(test::run_program({"reproduce", tables, out, "--quick", "--epochs", "1"}).code == 0);
  const auto again = nlohmann::json::parse(test::read_file(directory / "out" / "metrics.json"));
  CHECK(again["paper"] == metrics["paper"]);
  CHECK(again["honest"] == metrics["honest"]);

  const std::string runs = out + "/runs/", report = (directory / "report").string();
  const test::Outcome evaluated =
      test::run_program({"evaluate", out + "/dataset.h5", runs + "honest-unet-fold0-seed1",
                         runs + "honest-paper-cnn-fold0-seed1", runs + "paper-unet-seed1", report});
  REQUIRE_MESSAGE(evaluated.code == 0, evaluated.error);
  const auto scores = nlohmann::json::parse(test::read_file(directory / "report" / "metrics.json"));
  CHECK(scores["runs"]["paper-unet-seed1"]["leaky"] == true);
  CHECK(scores["runs"]["paper-unet-seed1"]["r2"].get<double>() ==
        doctest::Approx(metrics["paper"]["unet"]["r2"][0].get<double>()));
  CHECK(scores["runs"]["honest-unet-fold0-seed1"]["baselines"].contains("linear-5x5"));
  CHECK(fs::file_size(directory / "report" / "report.html") > 10000);
}
#endif
