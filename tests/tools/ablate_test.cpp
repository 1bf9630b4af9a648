#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "one_channel_scene.hpp"
#include "program.hpp"
#include "thrown.hpp"

using namespace unetsr;
using test::contains, test::joined, test::succeeds;
namespace fs = std::filesystem;

namespace {

class Scene : public test::OneChannelDirectory {
 public:
  std::vector<std::string> ablate(const std::vector<std::string>& options) const {
    std::vector<std::string> arguments = joined({"ablate", path("scene.h5"), path("out")}, options);
    for (const auto& [name, value] : {std::pair{"--model", "sifnet-small"},
                                      {"--patch", "16"},
                                      {"--batch", "4"},
                                      {"--buffer", "3"},
                                      {"--epochs", "15"},
                                      {"--features", "sif,ndvi"},
                                      {"--learning-rate", "0.01"}})
      if (std::find(options.begin(), options.end(), name) == options.end())
        arguments.insert(arguments.end(), {name, value});
    const bool own = std::any_of(options.begin(), options.end(), [](const std::string& option) {
      return option == "--test" || option == "--folds" || option == "--protocol";
    });
    if (!own) arguments.insert(arguments.end(), {"--test", "columns:0/4"});
    return arguments;
  }
  nlohmann::json ablation() const { return json("out/ablation.json"); }
};

const std::vector<std::string> variations = {
    "--without", "ndvi", "--with", "useless", "--models", "sifnet-small,unet:widths=4,bottleneck=4", "--seeds", "1,2"};

}  // namespace

TEST_CASE("ablate tells what the network owes to its features, and keeps what it has trained") {
  const Scene scene;
  const test::Outcome first = succeeds(scene.ablate(variations));
  CHECK(contains(first.error, "3 variations of the reference, 8 runs in all"));
  CHECK(contains(first.error, "run 8 of 8: unet-widths-4-bottleneck-4-seed-2"));
  CHECK(contains(first.error, "\nwithout ndvi "));
  const nlohmann::json json = scene.ablation();
  const auto& rows = json["variations"];
  REQUIRE(rows.size() == 4);
  CHECK(rows[3]["variation"] == "without ndvi");
  CHECK(rows[3]["features"] == nlohmann::json::array({"sif"}));
  CHECK(rows[3]["seeds"] == 2);
  CHECK(rows[3]["rmse_difference"]["low"].get<double>() > 0);
  CHECK(rows[3]["told_apart"] == true);
  double before = -1e9;
  for (const auto& row : rows) {
    CHECK(row["rmse_difference"]["value"].get<double>() >= before);
    before = row["rmse_difference"]["value"].get<double>();
    CHECK(row["cells"] == rows[0]["cells"]);
    if (row["variation"] == "reference") CHECK(row["rmse_difference"]["value"] == 0);
    if (row["variation"] == "with useless") CHECK(row["model"] == "sifnet-small");
  }
  const std::string csv = test::read_file(scene.path("out/ablation.csv"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 5);
  const std::string page = test::read_file(scene.path("out/ablation.html"));
  CHECK(contains(page, "<th class=\"words\" scope=\"row\">without ndvi</th>"));
  for (const char* file : {"metrics.json", "metrics.csv", "report.html"})
    CHECK(fs::exists(fs::path(scene.path("out/report")) / file));
  CHECK(contains(test::read_file(scene.path("out/report/metrics.csv")), "sifnet-small, with"));

  const std::string history = scene.path("out/runs/reference-seed-1/history.jsonl"), times = test::read_file(history);
  const test::Outcome refused = test::run_program(scene.ablate(variations));
  CHECK(refused.code == 2);
  CHECK(contains(refused.error, "ablation.csv"));
  CHECK(contains(refused.error, "--overwrite"));
  const test::Outcome again = succeeds(scene.ablate(joined(variations, {"--without", "sif", "--overwrite", "-q"})));
  CHECK(again.error.starts_with("warning: "));
  CHECK(contains(again.error, "too narrow"));  // so few cells
  CHECK(std::count(again.error.begin(), again.error.end(), '\n') == 1);
  CHECK(test::read_file(history) == times);
  const nlohmann::json after = scene.ablation();
  REQUIRE(after["variations"].size() == 5);
  for (const auto& row : rows)
    for (const auto& now : after["variations"])
      if (now["variation"] == row["variation"]) CHECK(now["rmse"] == row["rmse"]);
}

TEST_CASE("ablate trains every fold") {
  const Scene scene;
  const test::Outcome o =
      succeeds(scene.ablate({"--without", "ndvi", "--test", "columns", "--folds", "2", "--epochs", "2", "-q"}));
  for (const char* run : {"reference-fold-0-seed-1", "reference-fold-1-seed-1", "without-ndvi-fold-0-seed-1",
                          "without-ndvi-fold-1-seed-1"})
    CHECK(fs::exists(scene.path(std::string("out/runs/") + run + "/best.h5")));
  const nlohmann::json json = scene.ablation();
  CHECK(json["held_out"] == "columns, all 2 folds");
  for (const auto& row : json["variations"]) CHECK(row["folds"] == 2);
}

TEST_CASE("what the paper's network owes to the target among its features: every figure says that it is leaky") {
  const Scene scene;
  const test::Outcome o =
      test::run_program(scene.ablate({"--protocol", "paper", "--features", "sif,ndvi,sif_difference", "--without",
                                      "sif_difference", "--batch", "80"}));
  REQUIRE_MESSAGE(o.code == 0, o.error);
  CHECK(contains(o.error, "warning: leaky: the inputs contain the target"));
  CHECK(contains(o.error, "\nwithout sif_difference "));
  const nlohmann::json json = scene.ablation();
  CHECK(json["leaky"] == true);
  REQUIRE(json["variations"].size() == 2);
  CHECK(json["variations"][1]["variation"] == "without sif_difference");
  CHECK(json["variations"][1]["rmse_difference"]["value"].get<double>() > 0);
  CHECK(contains(test::read_file(scene.path("out/ablation.csv")), "\"without sif_difference\",1,"));
}

TEST_CASE("all variations keep the buffer that the widest of them needs") {
  const Scene scene;
  const std::vector<std::string> small = {"ablate",
                                          scene.path("scene.h5"),
                                          scene.path("out"),
                                          "--model",
                                          "sifnet-small",
                                          "--patch",
                                          "8",
                                          "--batch",
                                          "2",
                                          "--epochs",
                                          "1",
                                          "--features",
                                          "sif,ndvi",
                                          "--test",
                                          "columns:0/4",
                                          "-q"};
  const auto with = [&](const std::vector<std::string>& options) { return test::run_program(joined(small, options)); };
  REQUIRE(with({"--without", "ndvi"}).code == 0);
  const auto buffer_of = [&](const std::string& run) {
    const std::string text = test::read_file(scene.path("out/runs/" + run + "/run.toml"));
    const size_t at = text.find("buffer = ") + 9;
    return text.substr(at, text.find('\n', at) - at);
  };
  const std::string before = buffer_of("reference-seed-1");
  const test::Outcome wider = with({"--models", "unet:widths=4-4,bottleneck=4", "--overwrite"});
  CHECK(wider.code == 2);
  CHECK_MESSAGE(contains(wider.error, "--buffer " + before), wider.error);
  fs::remove_all(scene.path("out"));
  REQUIRE(with({"--models", "unet:widths=4-4,bottleneck=4"}).code == 0);
  CHECK(buffer_of("reference-seed-1") == buffer_of("unet-widths-4-4-bottleneck-4-seed-1"));
  CHECK(std::stoi(buffer_of("reference-seed-1")) > std::stoi(before));
}

TEST_CASE("an ablation that cannot be made is told before anything is trained") {
  const Scene scene;
  const auto fails = [&](const std::vector<std::string>& options, const std::vector<std::string>& parts) {
    test::check_fails(scene.ablate(options), 2, parts);
    CHECK(!fs::exists(scene.path("out")));
  };
  fails({}, {"--without", "--with", "--models"});
  fails({"--without", "evi"}, {"--without evi", "sif, ndvi"});
  fails({"--with", "moon"}, {"moon", "useless"});
  fails({"--with", "sif_difference"}, {"sif_difference", "target"});
  fails({"--models", "resnet"}, {"resnet", "sifnet"});
  fails({"--models", "unet:depth=3"}, {"depth", "widths"});
  fails({"--without", "ndvi", "--seeds", "1,x"}, {"--seeds x"});
  fails({"--without", "ndvi", "--folds", "1"}, {"--folds"});
  fails({"--without", "ndvi", "--folds", "3", "--test", "columns:0/4"}, {"every fold is trained"});
  fails({"--without", "ndvi", "--test", "columns"}, {"--test columns"});
  fails({"--without", "ndvi", "--protocol", "paper", "--folds", "2"}, {"--protocol paper", "--folds"});
  fails({"--without", "ndvi", "--buffer", "40"}, {"no train cells"});
}
