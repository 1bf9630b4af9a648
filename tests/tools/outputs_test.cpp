#include <doctest/doctest.h>
#include <signal.h>

#include <cerrno>

#include "data/tables/table_files.hpp"
#include "one_channel_scene.hpp"
#include "program.hpp"

using namespace unetsr;
using test::check_fails, test::contains, test::Outcome, test::run_program, test::succeeds;

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// A small dataset and a run of it; made once, as each test leaves them.
struct Scene : test::OneChannelDirectory {
  Scene() { succeeds(train("run")); }
  Words train(const std::string& run, const Words& more = {}) const {
    return test::joined({"train", path("scene.h5"), path(run), "-q", "--model", "sifnet-small", "--patch", "8",
                         "--batch", "2", "--test", "window:1", "--epochs", "1"},
                        more);
  }
  Words predict(const std::string& out, const Words& more = {}) const {
    return test::joined({"predict", path("scene.h5"), path("run"), path(out), "-q"}, more);
  }
};

const Scene& scene() {
  static const Scene made;
  return made;
}

Words table_files(const test::TemporaryDirectory& directory) {
  data::write_simulated_tables(directory.path(), {.rows = 40, .columns = 60});
  Words fine = {"--fine"}, coarse = {"--coarse"};
  for (const data::TablePair& pair : data::find_table_pairs(directory.path()))
    fine.push_back(pair.fine), coarse.push_back(pair.coarse);
  return test::joined(fine, coarse);
}

// Stops a program as soon as it holds a lock, and lets it go on at the end of the scope.
class Stopped {
 public:
  Stopped(const Words& arguments, const fs::path& lock) : program_(arguments) {
    program_.wait_until([&] { return !test::read_file(lock).empty(); });
    program_.signal(SIGSTOP);
    process = test::read_file(lock);
  }
  int ends() {
    program_.signal(SIGCONT);
    return program_.wait();
  }
  std::string process;

 private:
  test::Program program_;
};

}  // namespace

TEST_CASE("an output that was forgotten is missing; no input stands in its place") {
  const Scene& s = scene();
  check_fails({"predict", s.path("scene.h5"), s.path("run")}, 2, {"OUT is missing"});
  check_fails({"explain", s.path("scene.h5"), s.path("run")}, 2, {"OUT_DIR is missing"});
  check_fails({"evaluate", s.path("scene.h5"), s.path("run"), s.path("run")}, 2, {"OUT_DIR is missing", "is a run"});
  for (const std::string last : {"b.hdf", "b.nc", "b.NC4", "/tmp"})
    check_fails({"prepare", "a.nc", last}, 2, {"OUT.h5 is missing", last, "is an input"});
}

TEST_CASE("an input is never replaced, nor is anything written into a folder of inputs") {
  const Scene& s = scene();
  const std::string before = test::read_file(s.path("scene.h5")), best = test::read_file(s.path("run/best.h5"));
  fs::create_hard_link(s.path("run/best.h5"), s.path("hard.tif"));
  fs::create_symlink(s.path("scene.h5"), s.path("soft.tif"));
  for (const std::string out : {"scene.h5", "run/best.h5", "run/run.toml", "run/new.tif", "hard.tif", "soft.tif"})
    check_fails(s.predict(out, {"--overwrite", "--format", "GTiff"}), 2, {s.path(out), "input"});
  check_fails(s.predict("run/x", {"--overwrite", "--format", "GTiff"}), 2, {"input"});
  check_fails({"explain", s.path("scene.h5"), s.path("run"), s.path("run/ex")}, 2, {"input"});
  check_fails({"evaluate", s.path("scene.h5"), s.path("run"), s.path("run/report")}, 2, {"input"});
  fs::create_directory(s.path("ev"));
  test::write_file(s.path("ev/metrics.json"), "{\"software\":\"unetsr 0.1.0\"}");
  check_fails({"evaluate", s.path("scene.h5"), s.path("run"), s.path("ev"), "--truth", s.path("ev/metrics.json")}, 2,
              {"metrics.json", "input"});
  check_fails(s.train("run", {"--overwrite", "--config", s.path("run/run.toml")}), 2, {"run.toml", "input"});
  fs::remove(s.path("ev/metrics.json"));
  check_fails({"reproduce", s.path(""), s.path("out")}, 2, {"input"});
  fs::create_directory(s.path("other"));
  fs::copy(s.path("scene.h5"), s.path("other/last.h5"));
  Words own = s.train("other", {"--overwrite"});
  own[1] = s.path("other/last.h5");
  check_fails(own, 2, {"last.h5", "input"});
  CHECK(test::read_file(s.path("scene.h5")) == before);
  CHECK(test::read_file(s.path("run/best.h5")) == best);
}

TEST_CASE("prepare replaces neither a table nor its region or auxiliary file") {
  const test::TemporaryDirectory directory;
  const Words tables = table_files(directory);
  check_fails(test::joined({"prepare", tables[1], "--overwrite"}, tables), 2, {tables[1], "input"});
  check_fails({"prepare", (directory / "a.nc").string(), (directory / "r.gpkg").string(), "--region",
               (directory / "r.gpkg").string(), "--overwrite"},
              1, {"r.gpkg: no such file"});
  test::write_file(directory / "r.gpkg", "polygons");
  check_fails({"prepare", (directory / "a.nc").string(), (directory / "r.gpkg").string(), "--region",
               (directory / "r.gpkg").string(), "--overwrite"},
              2, {"r.gpkg", "input"});
}

TEST_CASE("files of others stay, also with --overwrite") {
  const Scene& s = scene();
  const auto foreign = [&](const std::string& file, const Words& command) {
    CAPTURE(file);
    fs::create_directories(fs::path(s.path(file)).parent_path());
    test::write_file(s.path(file), "mine");
    check_fails(command, 2, {s.path(file), "not written by unetsr", "move it away"});
    CHECK(test::read_file(s.path(file)) == "mine");
    fs::remove(s.path(file));
  };
  for (const std::string file : {"split.json", "run.toml", "audit.json", "history.jsonl", "best.h5", "last.h5",
                                 "footprints.json", "uncertainty.json", "finished.json", "members/2/last.h5"})
    foreign("theirs/" + file, s.train("theirs", {"--overwrite"}));
  for (const std::string file : {"theirs.tif", "theirs.nc"}) foreign(file, s.predict(file, {"--overwrite"}));
  for (const std::string file : {"metrics.json", "metrics.csv", "report.html"})
    foreign("ev/" + file, {"evaluate", s.path("scene.h5"), s.path("run"), s.path("ev"), "--overwrite"});
  for (const std::string file : {"importance.csv", "importance.json", "attributions.tif", "report.html"})
    foreign("ex/" + file, {"explain", s.path("scene.h5"), s.path("run"), s.path("ex"), "--overwrite"});
  for (const std::string file : {"ablation.csv", "ablation.json", "ablation.html", "report/report.html"})
    foreign("ab/" + file, {"ablate", s.path("scene.h5"), s.path("ab"), "--without", "ndvi", "--overwrite"});
  for (const std::string file : {"metrics.json", "report.html", "dataset.h5"})
    foreign("re/" + file, {"reproduce", s.path("tables"), s.path("re"), "--overwrite"});
  for (const std::string file : {"report/report.html", "scene.h5", "map.tif", "map.tif.stac.json"})
    foreign("demo/" + file, {"demo", s.path("demo"), "--overwrite"});
  foreign("sim/scene.json", {"simulate", s.path("sim"), "--small", "--overwrite"});
}

TEST_CASE("a training that replaces another removes its networks, and nothing else") {
  const Scene& s = scene();
  succeeds(s.train("several", {"--members", "3"}));
  test::write_file(s.path("several/members/3/notes.txt"), "mine");
  test::write_file(s.path("several/members/notes.txt"), "mine");
  test::write_file(s.path("several/last.h5.partial"), "mine");
  succeeds(s.train("several", {"--overwrite"}));
  CHECK_FALSE(fs::exists(s.path("several/members/2")));
  CHECK_FALSE(fs::exists(s.path("several/members/3/best.h5")));
  for (const std::string file : {"members/3/notes.txt", "members/notes.txt", "last.h5.partial"})
    CHECK(test::read_file(s.path("several/" + file)) == "mine");
}

TEST_CASE("a simulation replaces its own files alone") {
  const Scene& s = scene();
  const Words simulate = {"simulate", s.path("sim"), "--small", "--windows", "1", "--days", "1", "-q"};
  succeeds(simulate);
  const std::string truth = s.path("sim/truth/truth_2019-05-25.tif"), before = test::read_file(truth);
  test::write_file(s.path("sim/truth/mine.tif"), "");
  check_fails(test::joined(simulate, {"--overwrite"}), 2, {"mine.tif", "not written by unetsr"});
  CHECK(test::read_file(truth) == before);
  fs::remove(s.path("sim/truth/mine.tif"));
  test::write_file(s.path("sim/notes.txt"), "mine");
  succeeds(test::joined(simulate, {"--overwrite"}));
  CHECK(test::read_file(truth) == before);
  CHECK(test::read_file(s.path("sim/notes.txt")) == "mine");
}

TEST_CASE("of two writers of one file the second is refused; readers have the old file meanwhile") {
  const test::TemporaryDirectory directory;
  const Words tables = table_files(directory);
  const fs::path out = directory / "scene.h5";
  const Words prepare = test::joined({"prepare", out, "-q", "--overwrite"}, tables);
  succeeds(prepare);
  const std::string old = test::read_file(out), run = directory / "run", map = directory / "map.tif";
  succeeds({"train", out, run, "-q", "--model", "sifnet-small", "--patch", "8", "--batch", "2", "--test", "window:1",
            "--epochs", "1"});
  Stopped first(prepare, directory / ".scene.h5.unetsr-lock");
  check_fails(prepare, 1, {out.string(), "is being written by process " + first.process});
  succeeds({"info", out});
  succeeds({"predict", out, run, map, "-q"});
  const std::string of_old = test::read_file(map);
  CHECK(test::read_file(out) == old);
  CHECK(first.ends() == 0);
  succeeds({"predict", out, run, map, "-q", "--overwrite"});
  CHECK(test::read_file(map).size() == of_old.size());
  succeeds({"info", out});
  CHECK(run_program(prepare).code == 0);
  for (const auto& entry : fs::directory_iterator(directory.path()))
    CHECK_FALSE(entry.path().filename().string().starts_with('.'));
}

TEST_CASE("of two trainings in one folder the second is refused; a killed one holds nothing") {
  const Scene& s = scene();
  Words train = s.train("shared");
  train.back() = "50";  // epochs
  {
    Stopped first(train, s.path("shared/.unetsr-lock"));
    check_fails(train, 1, {s.path("shared"), "is being written by process " + first.process});
    check_fails(s.train("shared", {"--resume"}), 1, {"is being written"});
  }  // killed here
  succeeds(s.train("shared", {"--overwrite"}));
  CHECK_FALSE(fs::exists(s.path("shared/.unetsr-lock")));
}
