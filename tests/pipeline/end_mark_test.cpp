#include "pipeline/train/end_mark.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include <fstream>
#include <map>

#include "data/dataset/dataset_file.hpp"
#include "files.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/train.hpp"
#include "sounding_scene.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;
namespace fs = std::filesystem;

namespace {

const Output quiet(Output::Mode::quiet);

// Every file below a directory, by its name in it.
std::map<std::string, std::string> files_in(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(directory).string()] = test::read_file(entry.path());
  return files;
}

// Two finished runs that differ in their seed.
struct Runs {
  Runs() {
    data::write_dataset(directory / "scene.h5", test::scene_of_soundings(0.3));
    for (const auto& [name, seed] : {std::pair{"run", 1}, std::pair{"other", 2}}) {
      TrainOptions o = training(name);
      o.seed = uint64_t(seed);
      train(o, quiet);
    }
  }

  TrainOptions training(const std::string& name) const {
    TrainOptions o;
    o.dataset = directory / "scene.h5";
    o.run_directory = directory / name;
    o.model = "unet:widths=4-8,bottleneck=8";
    o.features = {"sif", "ndvi"};
    o.first_guess = "sif";
    o.test = "columns:0/3";
    o.patch = 16;
    o.batch = 4;
    o.epochs = 2;
    o.members = 2;
    return o;
  }

  test::TemporaryDirectory directory;
};

const Runs& runs() {
  static const Runs once;
  return once;
}

// A fresh copy of the finished run, to be harmed.
fs::path copy_of_run() {
  const fs::path copy = runs().directory / "copy";
  fs::remove_all(copy);
  fs::copy(runs().directory / "run", copy, fs::copy_options::recursive);
  return copy;
}

}  // namespace

TEST_CASE(
    "a run ends with a mark that names all of its files; each that is changed, of another run or missing is refused") {
  const fs::path copy = copy_of_run(), other = runs().directory / "other";
  CHECK(open_run(copy).dataset == data::DatasetFile(runs().directory / "scene.h5").description().identity);
  const std::map<std::string, std::string> files = files_in(copy);
  CHECK(files.size() == 12);
  for (const auto& [name, bytes] : files) {
    if (name == "finished.json") continue;
    CAPTURE(name);
    copy_of_run();
    test::write_file(copy / name, test::read_file(other / name));
    if (test::read_file(other / name) != bytes) CHECK_THROWS_NAMING(Error, open_run(copy), name, "--overwrite");
    copy_of_run();
    std::ofstream(copy / name, std::ios::app) << "\n";
    CHECK_THROWS_AS(open_run(copy), Error);
    copy_of_run();
    fs::remove(copy / name);
    CHECK_THROWS_AS(open_run(copy), std::exception);
  }
}

TEST_CASE("a file of another run is refused where this run has none") {
  const fs::path copy = copy_of_run();
  fs::remove(copy / "uncertainty.json");
  fs::remove(copy / "finished.json");
  write_end_mark(RunFiles{copy}, 2, {"x"});
  CHECK(open_run(copy).dataset == "x");
  test::write_file(copy / "uncertainty.json", test::read_file(runs().directory / "other" / "uncertainty.json"));
  CHECK_THROWS_NAMING(Error, open_run(copy), "uncertainty.json", "not of this run");
}

TEST_CASE("a run without its mark has not ended: it says how far it came, and --resume ends it with the same bytes") {
  const fs::path copy = copy_of_run();
  const std::map<std::string, std::string> finished = files_in(copy);
  TrainOptions o = runs().training("copy");
  o.resume = true;

  fs::remove(copy / "finished.json");
  fs::remove(copy / "uncertainty.json");
  CHECK_THROWS_NAMING(Error, open_run(copy), "copy", "before the error of its maps was estimated", "--resume");
  train(o, quiet);
  CHECK(files_in(copy) == finished);

  fs::remove(copy / "finished.json");
  for (const char* name : {"history.jsonl", "best.h5", "last.h5"}) fs::remove(copy / "members" / "2" / name);
  CHECK_THROWS_NAMING(Error, open_run(copy), "stopped after 0 of 2 epochs of network 2 of 2");
  train(o, quiet);
  CHECK(files_in(copy).at("members/2/last.h5") == finished.at("members/2/last.h5"));
  CHECK(files_in(copy).at("uncertainty.json") == finished.at("uncertainty.json"));
}

TEST_CASE("--resume of a finished run changes nothing, and so does one that is refused") {
  const fs::path copy = copy_of_run();
  const std::map<std::string, std::string> finished = files_in(copy);
  TrainOptions o = runs().training("copy");
  o.resume = true;
  train(o, quiet);
  CHECK(files_in(copy) == finished);

  o.seed = 7;
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "seed");
  o.seed = 1;
  data::Dataset changed = test::scene_of_soundings(0.3);
  changed.soundings.sif[0] += 1;
  data::write_dataset(runs().directory / "changed.h5", changed);
  o.dataset = runs().directory / "changed.h5";
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "other data", "changed.h5");
  for (const char* unfinished : {"finished.json", "uncertainty.json"}) fs::remove(copy / unfinished);
  const std::map<std::string, std::string> left = files_in(copy);
  CHECK_THROWS_NAMING(UsageError, train(o, quiet), "other data", "changed.h5");
  CHECK(files_in(copy) == left);
}

TEST_CASE("a training that is stopped over an old run leaves no run that passes for finished") {
  const fs::path copy = copy_of_run();
  TrainOptions o = runs().training("copy");
  o.overwrite = true;
  o.test = "columns:7/3";
  CHECK_THROWS_AS(train(o, quiet), UsageError);
  CHECK_NOTHROW(open_run(copy));  // refused before it had begun

  o.test = "columns:0/3";
  catch_interrupts();
  raise(SIGINT);
  CHECK_THROWS_AS(train(o, quiet), Interrupted);
  catch_interrupts();
  CHECK_THROWS_NAMING(Error, open_run(copy), "stopped after 0 of 2 epochs");
}

TEST_CASE("a training over an old run removes that run's files, and no others") {
  const fs::path copy = copy_of_run();
  test::write_file(copy / "notes.txt", "mine");
  test::write_file(copy / "members" / "paper.pdf", "mine");
  TrainOptions o = runs().training("copy");
  o.members = 1;
  o.overwrite = true;
  train(o, quiet);
  CHECK(test::read_file(copy / "notes.txt") == "mine");
  CHECK(test::read_file(copy / "members" / "paper.pdf") == "mine");
  CHECK_FALSE(fs::exists(copy / "members" / "2"));
  CHECK(open_run(copy).network->members().size() == 1);
}
