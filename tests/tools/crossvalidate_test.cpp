#include <doctest/doctest.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include "data/dataset/dataset_file.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "pipeline/train/history.hpp"
#include "program.hpp"
#include "simulated_tables.hpp"
#include "thrown.hpp"

using namespace unetsr;
using test::joined, test::succeeds;
namespace fs = std::filesystem;

namespace {

data::Dataset scene() {
  const test::TemporaryDirectory directory;
  data::write_simulated_tables(directory.path(), {.rows = 40, .columns = 60});
  return data::dataset_from_tables(data::find_table_pairs(directory.path()));
}

const std::vector<std::string> small = {"--model", "sifnet-small", "--patch", "8",        "--batch",
                                        "2",       "--epochs",     "6",       "--buffer", "2"};

}  // namespace

TEST_CASE("Cross-validation trains what train trains, keeps what is done, and goes on after a kill") {
  const test::TemporaryDirectory directory;
  const auto path = [&](const std::string& name) { return (directory / name).string(); };
  data::write_dataset(path("scene.h5"), scene());
  const auto arguments =
      joined({"crossvalidate", path("scene.h5"), path("runs"), "--folds", "3", "--seeds", "2", "--test", "blocks:auto"},
             small);
  test::Program killed(arguments);
  killed.wait_until([&] { return fs::exists(path("runs/fold-1-seed-1/last.h5")); });
  killed.signal(SIGKILL);
  killed.wait();
  const std::string history = test::read_file(path("runs/fold-0-seed-1/history.jsonl"));  // with its times

  const test::Outcome outcome = succeeds(arguments);
  CHECK(test::contains(outcome.error, "run 6 of 6: fold-2-seed-2"));
  CHECK(test::contains(outcome.error, "unetsr evaluate " + path("scene.h5") + " " + path("runs/fold-*")));
  CHECK(test::read_file(path("runs/fold-0-seed-1/history.jsonl")) == history);
  for (int fold = 0; fold < 3; ++fold)
    for (int seed = 1; seed < 3; ++seed)
      CHECK(pipeline::read_history(
                path("runs/fold-" + std::to_string(fold) + "-seed-" + std::to_string(seed) + "/history.jsonl"))
                .size() == 6);

  for (const auto& [fold, seed] : {std::pair{"1", "1"}, std::pair{"2", "2"}}) {
    const std::string run = path(std::string("runs/fold-") + fold + "-seed-" + seed);
    const test::Outcome alone = succeeds(joined({"train", path("scene.h5"), path("alone"), "--overwrite", "--seed",
                                                 seed, "--test", std::string("blocks:auto:") + fold + "/3"},
                                                small));
    for (const char* file : {"last.h5", "best.h5", "split.json", "audit.json"})
      CHECK(test::read_file(directory / "alone" / file) == test::read_file(fs::path(run) / file));
  }
  std::vector<std::string> evaluate = {"evaluate", path("scene.h5")};
  for (int fold = 0; fold < 3; ++fold) evaluate.push_back(path("runs/fold-" + std::to_string(fold) + "-seed-1"));
  fs::create_directories(directory / "more");
  fs::copy(directory / "runs/fold-0-seed-2", directory / "more/fold-0-seed-1", fs::copy_options::recursive);
  const test::Outcome evaluated = succeeds(joined(evaluate, {path("more/fold-0-seed-1"), path("report")}));
  const auto pools = nlohmann::json::parse(test::read_file(directory / "report" / "metrics.json"))["pools"];
  REQUIRE(pools.size() == 2);  // the first of all folds, the other of the one that two seeds held out
  CHECK(pools[0]["complete"] == true);
  CHECK(pools[1]["entries"]["sifnet-small"]["runs"] ==
        std::vector<std::string>{"runs/fold-0-seed-1", "more/fold-0-seed-1"});
  for (const char* baseline : {"coarse", "nirv", "evi", "linear", "linear-5x5", "linear-7x7", "linear-residual",
                               "gwr-residual", "trees-residual"}) {
    CAPTURE(baseline);
    CHECK(pools[0]["entries"][baseline]["folds"] == 3);
  }

  const test::Outcome other = test::run_program(joined(arguments, {"--validation", "0.2"}));
  CHECK(other.code == 2);
  CHECK(test::contains(other.error, "fold-0-seed-1"));
}

TEST_CASE("A fold that cannot be cut is told before any is trained") {
  const test::TemporaryDirectory directory;
  const auto path = [&](const std::string& name) { return (directory / name).string(); };
  data::write_dataset(path("scene.h5"), scene());
  const auto fails = [&](const std::vector<std::string>& options, const std::string& what) {
    const test::Outcome outcome = test::run_program(joined({"crossvalidate", path("scene.h5"), path("runs")}, options));
    CHECK(outcome.code == 2);
    CHECK_MESSAGE(test::contains(outcome.error, what), outcome.error);
    CHECK(std::count(outcome.error.begin(), outcome.error.end(), '\n') == 1);
    CHECK(!fs::exists(path("runs")));
  };
  fails({"--model", "sifnet-small", "--patch", "8", "--buffer", "20", "--test", "columns"}, "no patch of 8 x 8 cells");
  fails({"--model", "sifnet-small", "--patch", "8", "--buffer", "30", "--test", "columns"},
        "columns 15..29: no train cells");
  fails({"--test", "columns:0/4"}, "every fold is trained");
  fails({"--test", "window", "--folds", "3"}, "has 2 windows");
  fails({"--protocol", "paper"}, "--protocol paper");
  fails({"--folds", "1"}, "--folds");
  fails({"--seeds", "0"}, "--seeds");
}

TEST_CASE("The program refuses a layer made from the target, and trains on it by the paper's protocol alone") {
  const test::TemporaryDirectory directory;
  const auto path = [&](const std::string& name) { return (directory / name).string(); };
  data::Dataset dataset = scene();
  dataset.add({"elevation", "m", "", dataset.layer("sif_fine").values});
  data::write_dataset(path("scene.h5"), dataset);
  const test::Outcome refused =
      test::run_program(joined({"train", path("scene.h5"), path("run"), "--features", "sif,ndvi,elevation"}, small));
  CHECK(refused.code == 2);
  CHECK_MESSAGE(test::contains(refused.error, "elevation"), refused.error);
  const test::Outcome clean =
      succeeds(joined({"train", path("scene.h5"), path("run"), "--features", "sif,ndvi"}, small));
  CHECK(test::contains(clean.error, "training and test share the SIF of 0 cells and 0 soundings"));
  const test::Outcome paper =
      succeeds({"train", path("scene.h5"), path("paper"), "--features", "sif,ndvi,elevation", "--protocol", "paper",
                "--model", "sifnet-small", "--batch", "160", "--epochs", "1"});
  CHECK(test::contains(paper.error, "leaky: "));
  CHECK(test::contains(paper.error, "R2 1.000"));
}
