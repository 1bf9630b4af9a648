#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/identity.hpp"
#include "data/dataset/sha256.hpp"
#include "data/formats/raster_reader.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "program.hpp"
#include "sanitized.hpp"
#include "simulated_tables.hpp"
#include "sounding_scene.hpp"
#include "thrown.hpp"

// Several processes of the program, started by mpirun.

using namespace unetsr;
using test::contains, test::joined, test::Program, test::succeeds;
namespace fs = std::filesystem;

namespace {

bool mpirun_starts_processes() {
  return std::system(
             "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun --quiet --oversubscribe "
             "--bind-to none -n 2 true > /dev/null 2>&1") == 0;
}

bool there_is_mpi() {
  static const bool there = UNETSR_MPI && !test::address_sanitizer && mpirun_starts_processes();
  if (!there) MESSAGE("skipped: mpirun starts nothing here, or a build without MPI or with the address sanitizer");
  return there;
}

test::Outcome by(int processes, const std::vector<std::string>& arguments) {
  const test::Outcome outcome = test::outcome_of(Program::by_mpirun(processes, arguments));
  REQUIRE_MESSAGE(outcome.code == 0, outcome.error);
  return outcome;
}

int64_t lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

class Scene {
 public:
  Scene() {
    fs::create_directory(directory_ / "tables");
    data::write_simulated_tables(directory_ / "tables", {.rows = 40, .columns = 60});
    data::write_dataset(directory_ / "scene.h5",
                        data::dataset_from_tables(data::find_table_pairs(directory_ / "tables")));
  }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::vector<std::string> train(const std::string& run, const std::vector<std::string>& more,
                                 const std::string& epochs = "3") const {
    return joined({"train", path("scene.h5"), path(run), "--model", "sifnet-small", "--patch", "8", "--batch", "6",
                   "--epochs", epochs, "--test", "columns:0/3", "--buffer", "2"},
                  more);
  }
  std::vector<std::string> crossvalidate(const std::string& runs) const {
    return {"crossvalidate",
            path("scene.h5"),
            path(runs),
            "--model",
            "sifnet-small",
            "--patch",
            "8",
            "--batch",
            "2",
            "--epochs",
            "2",
            "--buffer",
            "2",
            "--folds",
            "3",
            "--test",
            "blocks:auto",
            "--threads",
            "1"};
  }
  std::string sum_of(const std::string& file) const { return data::sha256(path(file)); }

 private:
  test::TemporaryDirectory directory_;
};

// A simulated scene of two windows, on a grid of several blocks; one day of soundings is there twice.
class Granules {
 public:
  Granules() {
    succeeds({"simulate", path("scene"), "--small", "--windows", "2", "--days", "2", "-q"});
    fs::copy_file(path("scene/troposif/TROPOSIF_L2B_2019-06-11.nc"), path("again.nc"));
  }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::vector<std::string> prepare(const std::string& out, const std::vector<std::string>& more = {}) const {
    return joined({"prepare", path("scene/troposif"), path("scene/mod13a2"), path(out), "--aux",
                   "other=" + path("scene/truth/truth_{window}.tif"), "--threads", "1", "--overwrite"},
                  more);
  }
  static std::vector<std::string> grid() {
    return {"--bbox=-97.2,44.7,-94.9,46.2", "--crs", "EPSG:5070", "--resolution", "600"};
  }
  std::string identity(const std::string& out) const { return data::identity_of(data::read_dataset(path(out))); }
  int64_t files() const { return std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator()); }

 private:
  test::TemporaryDirectory directory_;
};

std::vector<std::string> sounding_counts(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("read ") || line.starts_with("removed: ") || line.starts_with("used ")) found.push_back(line);
  return found;
}

// Any process but the first, as mpirun started it.
pid_t other_process(const std::string& run) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string command = test::read_file(entry.path() / "cmdline"),
                      variables = test::read_file(entry.path() / "environ");
    if (command.starts_with(UNETSR_BINARY) && contains(command, run) && contains(variables, "OMPI_COMM_WORLD_RANK=1"))
      return std::stoi(name);
  }
  return 0;
}

}  // namespace

TEST_CASE("a training has the same checkpoints with any number of processes and threads") {
  if (!there_is_mpi()) return;
  const Scene scene;
  succeeds(scene.train("one", {"--threads", "1", "-q"}));
  const std::string last = scene.sum_of("one/last.h5"), best = scene.sum_of("one/best.h5");
  for (const int processes : {1, 2, 3, 4})
    for (const char* threads : {"1", "2"}) {
      CAPTURE(processes);
      CAPTURE(threads);
      const test::Outcome done = by(processes, scene.train("shared", {"--overwrite", "--threads", threads}));
      CHECK(scene.sum_of("shared/last.h5") == last);
      CHECK(scene.sum_of("shared/best.h5") == best);
      CHECK(test::read_file(scene.path("shared/split.json")) == test::read_file(scene.path("one/split.json")));
      const std::string wrote = "wrote " + scene.path("shared");
      CHECK_MESSAGE(done.error.find(wrote) == done.error.rfind(wrote), done.error);
    }
}

TEST_CASE("the same for a training on footprints of several members") {
  if (!there_is_mpi()) return;
  const test::TemporaryDirectory directory;
  data::write_dataset(directory / "scene.h5", test::scene_of_soundings(0.3));
  const auto train = [&](const std::string& run) {
    return std::vector<std::string>{"train",
                                    (directory / "scene.h5").string(),
                                    (directory / run).string(),
                                    "--epochs",
                                    "2",
                                    "--members",
                                    "2",
                                    "--features",
                                    "ndvi,nir",
                                    "--first-guess",
                                    "nir",
                                    "--batch",
                                    "5",
                                    "--patch",
                                    "16",
                                    "--buffer",
                                    "8",
                                    "--threads",
                                    "1",
                                    "-q"};
  };
  succeeds(train("one"));
  by(3, train("three"));
  for (const char* file : {"last.h5", "best.h5", "members/2/best.h5", "uncertainty.json", "footprints.json"})
    CHECK_MESSAGE(test::read_file(directory / "three" / file) == test::read_file(directory / "one" / file), file);
}

TEST_CASE("a training goes on with another number of processes") {
  if (!there_is_mpi()) return;
  const Scene scene;
  const auto longer = [&](const std::string& run, const std::vector<std::string>& more) {
    return scene.train(run, joined({"--threads", "1", "-q"}, more), "40");
  };
  succeeds(longer("one", {}));
  {
    Program stopped = Program::by_mpirun(2, longer("shared", {}));
    stopped.wait_until([&] {
      std::ifstream history(scene.path("shared/history.jsonl"));
      std::string line;
      return std::getline(history, line) && std::getline(history, line);
    });
    stopped.signal(SIGTERM);
    CHECK(stopped.wait() != 0);
  }
  by(3, longer("shared", {"--resume"}));
  CHECK(scene.sum_of("shared/last.h5") == scene.sum_of("one/last.h5"));
  CHECK(scene.sum_of("shared/best.h5") == scene.sum_of("one/best.h5"));
}

TEST_CASE("crossvalidate shares its trainings, predict its blocks, and evaluate scores alike") {
  if (!there_is_mpi()) return;
  const Scene scene;
  succeeds(joined(scene.crossvalidate("one"), {"-q"}));
  const test::Outcome outcome = by(2, scene.crossvalidate("two"));
  CHECK(contains(outcome.error, "run 3 of 3"));
  CHECK(contains(outcome.error, "wrote " + scene.path("two") + ": 3 runs"));
  for (const char* fold : {"fold-0-seed-1", "fold-1-seed-1", "fold-2-seed-1"})
    for (const char* file : {"/last.h5", "/best.h5"})
      CHECK(scene.sum_of(std::string("two/") + fold + file) == scene.sum_of(std::string("one/") + fold + file));

  const auto predict = [&](const std::string& out) {
    return std::vector<std::string>{"predict",
                                    scene.path("scene.h5"),
                                    scene.path("one/fold-0-seed-1"),
                                    scene.path(out),
                                    "--block",
                                    "16",
                                    "--threads",
                                    "1"};
  };
  succeeds(predict("one.tif"));
  for (const int processes : {2, 3}) {
    by(processes, joined(predict("several.tif"), {"--overwrite"}));
    const data::Raster one = data::read_raster(scene.path("one.tif")),
                       several = data::read_raster(scene.path("several.tif"));
    REQUIRE(several.values.size() == one.values.size());
    CHECK(std::memcmp(several.values.data(), one.values.data(), one.values.size() * sizeof(float)) == 0);
  }

  const auto evaluate = [&](const std::string& out) {
    return std::vector<std::string>{"evaluate",
                                    scene.path("scene.h5"),
                                    scene.path("one/fold-0-seed-1"),
                                    scene.path("one/fold-1-seed-1"),
                                    scene.path(out),
                                    "--threads",
                                    "1",
                                    "-q"};
  };
  succeeds(evaluate("report-one"));
  by(2, evaluate("report-two"));
  CHECK(scene.sum_of("report-two/metrics.csv") == scene.sum_of("report-one/metrics.csv"));
}

TEST_CASE("prepare makes the same dataset with any number of processes") {
  if (!there_is_mpi()) return;
  const Granules granules;
  const auto with_twice = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin() + 1, granules.path("again.nc"));
    return arguments;
  };
  const auto whole = [&](const std::string& out) { return with_twice(granules.prepare(out, Granules::grid())); };
  const std::vector<std::string> counts = sounding_counts(succeeds(whole("one.h5")).error);
  REQUIRE(counts.size() > 5);
  CHECK(std::any_of(counts.begin(), counts.end(),
                    [](const std::string& line) { return line.starts_with("removed: in another file too"); }));
  const std::string identity = granules.identity("one.h5");
  const int64_t files = granules.files();
  for (const int processes : {2, 3}) {
    CAPTURE(processes);
    CHECK(sounding_counts(by(processes, whole("two.h5")).error) == counts);
    CHECK(granules.identity("two.h5") == identity);
    CHECK(fs::file_size(granules.path("two.h5")) == fs::file_size(granules.path("one.h5")));
    CHECK(granules.files() == files + 1);
  }
  by(2, granules.prepare("two.h5", joined(Granules::grid(), {"--end", "2019-06-01"})));
  const auto longer = [&](const std::string& out) {
    return with_twice(granules.prepare(out, {"--append", granules.path("two.h5"), "--start", "2019-06-10"}));
  };
  succeeds(longer("one.h5"));
  by(3, longer("two.h5"));
  CHECK(granules.identity("two.h5") == granules.identity("one.h5"));

  Program shared = Program::by_mpirun(2, granules.prepare("none.h5"));
  pid_t other = 0;
  shared.wait_until([&] { return (other = other_process(granules.path("none.h5"))) > 0; });
  kill(other, SIGKILL);
  CHECK(shared.wait() != 0);
  const std::string second = granules.path("scene/mod13a2/MOD13A2.A2019161.h11v04.061.2020001000000.hdf");
  fs::resize_file(second, fs::file_size(second) / 2);
  const test::Outcome damaged = test::outcome_of(Program::by_mpirun(2, joined(granules.prepare("none.h5"), {"-q"})));
  CHECK(damaged.code == 1);
  CHECK_MESSAGE(contains(damaged.error, "unetsr prepare: process 1: " + second), damaged.error);
  CHECK_MESSAGE(lines(damaged.error) == 1, damaged.error);
  CHECK(!fs::exists(granules.path("none.h5")));
}

TEST_CASE("an error that all meet is printed once, and one of another process has its number") {
  if (!there_is_mpi()) return;
  const Scene scene;
  const test::Outcome missing = test::outcome_of(
      Program::by_mpirun(3, {"predict", scene.path("none.h5"), scene.path("run"), scene.path("a.tif")}));
  CHECK(missing.code == 1);
  CHECK_MESSAGE(contains(missing.error, "unetsr predict: " + scene.path("none.h5")), missing.error);
  CHECK(missing.error.find("none.h5") == missing.error.rfind("none.h5"));
  const test::Outcome unknown = test::outcome_of(Program::by_mpirun(2, {"train", "--no-such-option"}));
  CHECK(unknown.code == 2);
  CHECK_MESSAGE(contains(unknown.error, "unetsr train: unknown option --no-such-option"), unknown.error);
}

TEST_CASE("a process that is killed ends all, and what is written is whole") {
  if (!there_is_mpi()) return;
  const Scene scene;
  Program shared = Program::by_mpirun(2, scene.train("shared", {"--threads", "1", "-q"}, "100000"));
  shared.wait_until([&] { return fs::exists(scene.path("shared/best.h5")); });
  const pid_t other = other_process(scene.path("shared"));
  REQUIRE(other > 0);
  kill(other, SIGKILL);
  CHECK(shared.wait() != 0);
  succeeds({"info", scene.path("shared/last.h5")});
  CHECK(other_process(scene.path("shared")) == 0);
}

TEST_CASE("a disk that is full for one process ends all, with its number and one line") {
  if (!there_is_mpi()) return;
  const Scene scene;
  const test::Outcome full = test::outcome_of(Program::by_mpirun(
      2, joined(scene.crossvalidate("runs"), {"-q"}), "if [ $OMPI_COMM_WORLD_RANK = 1 ]; then ulimit -f 8; fi"));
  CHECK(full.code == 1);
  const std::string line = "unetsr crossvalidate: process 1: " + scene.path("runs/fold-1-seed-1");
  CHECK_MESSAGE(contains(full.error, line), full.error);
  CHECK(full.error.find("unetsr crossvalidate") == full.error.rfind("unetsr crossvalidate"));
}

TEST_CASE("processes whose processors add in another order are refused") {
  if (!there_is_mpi()) return;
  const Scene scene;
  const test::Outcome other = test::outcome_of(Program::by_mpirun(
      2, scene.train("run", {"--threads", "1", "-q"}),
      "if [ $OMPI_COMM_WORLD_RANK = 1 ]; then export UNETSR_CPU=portable; else unset UNETSR_CPU; fi"));
  if (other.code == 0) {
    MESSAGE("skipped: the processor has no wider vectors");
    return;
  }
  CHECK(other.code == 1);
  CHECK_MESSAGE(contains(other.error, "process 1 has kernels for portable"), other.error);
  CHECK_MESSAGE(lines(other.error) == 1, other.error);
}

TEST_CASE("a command that shares nothing runs once") {
  if (!there_is_mpi()) return;
  const Scene scene;
  const test::Outcome alone = succeeds({"info", scene.path("scene.h5")}),
                      several = by(2, {"info", scene.path("scene.h5")});
  CHECK(several.out == alone.out);
  CHECK(lines(several.error) == 1);
  CHECK(contains(several.error, "warning: info runs in one of the 2 processes"));
}
